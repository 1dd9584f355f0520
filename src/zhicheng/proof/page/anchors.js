/* Checkpoints that others saw: those in the bundle, and what the reader brings (format §5, §7). */
'use strict';
(function (ZC) {
  const { quote } = ZC;

  /** Why a checkpoint cannot be one of these headers, or null. */
  function notOurs(v, note) {
    if (note.origin !== v.b.origin) return ['属于另一份日志', 'is of another log'];
    if (note.size > v.log.size) return ['比证明包大', 'is larger than the bundle'];
    return ZC.hex(v.log.tree.root(note.size)) === note.root ? null : ['不是这些条目的根', 'is not a root of these entries'];
  }

  /** Lines of anchors.jsonl: each a checkpoint of this log, by rising size (§5, §7). */
  async function readAnchors(v) {
    const member = v.members.get('anchors.jsonl'), notes = [];
    const lines = new ZC.Lines(v.input.bundle, member, 1 << 20, v.seen);
    for (let line = await lines.value(); line; line = await lines.value()) {
      const note = ZC.isAnchor(line.value) ? ZC.readCheckpoint(ZC.utf8(line.value.note)) : null;
      if (!note) throw lines.fail('不是锚点', 'not an anchor');
      if (notes.length && note.size <= notes[notes.length - 1].size) throw lines.fail('锚点没有从小到大', 'anchors do not rise');
      notes.push({ ...note, where: `anchors.jsonl:${lines.number}`, tsr: line.value.tsr !== null });
    }
    return notes;
  }

  /** Checkpoints that the reader kept: a root that differs means that the log was rewritten (§7 --since). */
  function checkSince(v) {
    for (const { name, note, holds } of v.since) {
      const file = quote(name);
      if (holds === false) v.find.red('receipt', `回执 ${file} 的条目不在它的检查点之下：回执被改动过`, `the entry of the receipt ${file} does not stand under its checkpoint: it was changed`);
      const unchecked = (zh, en) => v.find.unchecked('since-unchecked', `您的检查点 ${file} 没有核对：${zh}`, `your checkpoint ${file} was not checked: ${en}`);
      if (note.origin !== v.b.origin) unchecked('属于另一份日志', 'it is of another log');
      else if (!v.keys.some(({ vkey }) => vkey && ZC.signedBy(note, vkey) === true)) unchecked('不是这份日志的密钥签名的', 'no key of this log signed it');
      else if (note.size > v.b.size) unchecked('比证明包大', 'it is larger than this bundle');
      else if (notOurs(v, note)) v.find.red('rewritten', `与您保存的检查点 ${file} 不符：日志被改写过`, `the log was rewritten: it does not have the root of your checkpoint ${file}`);
      else {
        if (note.size) v.counted.push([note.size, null]);
        v.find.ok('since', `您保存的检查点 ${file}：前 ${note.size} 条没有被改写`, `your checkpoint ${file}: the first ${note.size} entries were not rewritten`);
      }
    }
  }

  /** The reader's witnesses (§7 --witness, --quorum). */
  function checkWitnesses(v, notes) {
    const quorum = v.input.quorum || v.witnesses.length, best = new Map(), sizes = new Map();
    for (const note of notes) {
      for (const key of v.witnesses) {
        const verdict = ZC.signedBy(note, key);
        if (verdict === null) continue;
        if (!verdict) v.find.red('cosignature', `见证方 ${quote(key.name)} 的联署不成立`, `the cosignature of witness ${quote(key.name)} does not verify`, note.where);
        else if (notOurs(v, note)) v.find.red('cosigned-other', `见证方 ${quote(key.name)} 联署的是另一份日志`, `what witness ${quote(key.name)} cosigned is not a root of these entries`, note.where);
        else {
          best.set(key, Math.max(best.get(key) ?? 0, note.size));
          sizes.set(note.size, [...(sizes.get(note.size) ?? []), [key, ZC.cosignedOn(note, key)]]);
        }
      }
    }
    const largest = [...best.values()].sort((x, y) => y - x)[quorum - 1] ?? 0; // who saw more entries saw these as well
    const first = new Map(); // of each witness, the first day on which it had seen that many entries or more
    for (const [size, seen] of [...sizes].sort(([x], [y]) => y - x)) {
      for (const [key, day] of seen) if (!first.has(key) || day < first.get(key)) first.set(key, day);
      if (size && first.size >= quorum) v.counted.push([size, [...first.values()].sort()[quorum - 1]]);
    }
    if (largest < v.a.size) v.find.unchecked('witnesses', `没有 ${quorum} 个您信任的见证方联署到检查点 A`, `no ${quorum} of your witnesses cosigned up to checkpoint A`);
    else v.find.ok('witnesses', `至少 ${quorum} 个您信任的见证方联署了前 ${largest} 条；其后的 ${v.b.size - largest} 条还没有`, `at least ${quorum} of your witnesses cosigned the first ${largest} entries; the ${v.b.size - largest} behind them not yet`);
  }

  /** First of the reader's anchors that count, and the longest time in the period without one (§7). */
  function windows({ counted, log, report }) {
    if (!counted.length) return { first_anchor: null, longest_without_anchor: null };
    const stands = (size) => (log.checkpoints.find((entry) => entry.facts.size === size) ?? { d: log.days[size - 1] }).d;
    const marks = [];
    for (const [size, day] of counted.map(([size, day]) => [size, day ?? stands(size)]).sort((x, y) => y[0] - x[0])) {
      const next = marks[0]; // whoever saw more entries saw these as well
      marks.unshift({ entries: size, d: next && next.d < day ? next.d : day });
    }
    let from = report.period.from, longest = { from, to: from, days: 0 };
    for (const { entries, d } of [...marks, { entries: null, d: report.period.to }]) {
      const to = d < report.period.to ? d : report.period.to, days = Math.round((Date.parse(to) - Date.parse(from)) / 86400000);
      if (days > longest.days) longest = { from, to, days };
      if (entries !== null && stands(entries) > from) from = stands(entries);
    }
    return { first_anchor: marks[0], longest_without_anchor: longest };
  }

  /** A receipt (§7): its checkpoint, and whether the entry stands under it; {note: null} for what is none. */
  function readReceipt(bytes) {
    try {
      const value = ZC.readCanonical(ZC.text(bytes).trim()), header = ZC.readCanonical(value.header);
      const note = ZC.isReceipt(value) && ZC.isHeader(header) ? ZC.readCheckpoint(ZC.utf8(value.note)) : null;
      return { note, holds: note && ZC.included(header.seq, note.size, ZC.leafHash(ZC.utf8(value.header)), value.proof.map(ZC.unbase64), ZC.unhex(note.root)) };
    } catch {
      return { note: null };
    }
  }

  /** What the reader brings (§7); what is not of its form cannot be used at all. */
  function readHeld(v) {
    const bad = (zh, en, where) => new ZC.Unreadable(zh, en, where);
    const { key = '', since = [], witnesses = [], quorum } = v.input;
    v.typed = (key ?? '').replace(/\s/g, '').toLowerCase();
    if (v.typed && !/^[0-9a-f]{64}$/.test(v.typed)) throw bad('密钥指纹应为 64 位十六进制', 'a fingerprint has 64 hex digits', '--key');
    v.since = since.map(({ name, bytes }) => ({ name, ...(bytes[0] === 123 ? readReceipt(bytes) : { note: ZC.readCheckpoint(bytes) }) }));
    const odd = v.since.find(({ note }) => !note);
    if (odd) throw bad(`您放入的 ${quote(odd.name)} 不是检查点或回执`, `your file ${quote(odd.name)} is no checkpoint and no receipt`, '--since');
    v.witnesses = [...new Set(witnesses.map((one) => one.trim()).filter(Boolean))].map((one) => ZC.readVkey(one));
    if (!v.witnesses.every((one) => one && one.algorithm === 4)) throw bad('见证方公钥不成格式', 'that is not the key of a witness', '--witness');
    if (quorum && !(quorum <= v.witnesses.length)) throw bad('要求的见证方比给出的多', 'more witnesses are demanded than given', '--quorum');
  }

  /** All anchors (§7). Time-stamp tokens are left to verify.py. */
  function checkAnchors(v) {
    const { anchors } = v;
    v.counted = []; // of the reader's anchors that count: size, and the day on which others saw it (null: only the log dates it)
    for (const note of anchors) {
      const why = notOurs(v, note);
      if (why) v.find.red('anchor', `证明包里的锚点${why[0]}`, `an anchor of the bundle ${why[1]}`, note.where);
    }
    checkSince(v);
    if (v.witnesses.length) checkWitnesses(v, [{ ...v.a, where: 'checkpoint-a.txt' }, { ...v.b, where: 'checkpoint-b.txt' }, ...anchors]);
    if (v.input.tsa) v.find.unchecked('tsa', '这一页不核对时间戳，请用 verify.py', 'time-stamps are not checked on this page; use verify.py');
    const stamps = anchors.filter((one) => one.tsr).length;
    if (anchors.length && !v.witnesses.length) {
      v.find.told('anchors', `证明包带有 ${anchors.length} 个锚点（${stamps} 个有时间戳）；您没有给出可以核对它们的公钥`, `the bundle carries ${anchors.length} anchors (${stamps} with a time-stamp) for which you gave no key`);
    }
    if (!v.counted.length) {
      v.find.told('anchors.none', '没有您认可的锚点：持有密钥与数据库的人若把日志整个改写过，由此看不出来。请至少把检查点 A 与您手中报告所印的逐字对照',
        'no anchor of yours counts: had whoever holds key and database rewritten the whole log, this would not show it. Compare at least checkpoint A with the one that your report prints');
    }
    Object.assign(v.data.log, windows(v));
  }

  Object.assign(ZC, { readHeld, readAnchors, checkAnchors });
})((globalThis.ZC = globalThis.ZC || {}));
