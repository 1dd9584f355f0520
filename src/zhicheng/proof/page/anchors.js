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
      const why = notOurs(v, note);
      if (why) v.find.red('anchor', `证明包里的锚点${why[0]}`, `an anchor of the bundle ${why[1]}`, `anchors.jsonl:${lines.number}`);
    }
    return notes;
  }

  /** Checkpoints that the reader kept: a root that differs means that the log was rewritten (§7 --since). */
  function checkSince(v) {
    for (const { name, bytes } of v.input.since ?? []) {
      const note = ZC.readCheckpoint(bytes), file = quote(name);
      const unchecked = (zh, en) => v.find.unchecked('since-unchecked', `您的检查点 ${file} 没有核对：${zh}`, `your checkpoint ${file} was not checked: ${en}`);
      if (!note) unchecked('不是检查点', 'it is not a checkpoint');
      else if (note.origin !== v.b.origin) unchecked('属于另一份日志', 'it is of another log');
      else if (!v.keys.some(({ vkey }) => vkey && ZC.signedBy(note, vkey) === true)) unchecked('不是这份日志的密钥签名的', 'no key of this log signed it');
      else if (note.size > v.b.size) unchecked('比证明包大', 'it is larger than this bundle');
      else if (notOurs(v, note)) v.find.red('rewritten', `与您保存的检查点 ${file} 不符：日志被改写过`, `the log was rewritten: it does not have the root of your checkpoint ${file}`);
      else v.find.ok('since', `您保存的检查点 ${file}：前 ${note.size} 条没有被改写`, `your checkpoint ${file}: the first ${note.size} entries were not rewritten`);
    }
  }

  /** The reader's witnesses (§7 --witness, --quorum). */
  function checkWitnesses(v, notes) {
    const spelt = [...new Set((v.input.witnesses ?? []).map((one) => one.trim()).filter(Boolean))];
    if (!spelt.length) return;
    const keys = spelt.map((one) => ZC.readVkey(one)), right = keys.filter((key) => key && key.algorithm === 4);
    if (right.length < keys.length) v.find.unchecked('witness-key', '有一个见证方公钥不成格式', 'one of the witness keys is not of the right form');
    const quorum = v.input.quorum || spelt.length, bySize = new Map();
    for (const note of notes) {
      for (const key of right) {
        const verdict = ZC.signedBy(note, key);
        if (verdict === null) continue;
        if (!verdict) v.find.red('cosignature', `见证方 ${quote(key.name)} 的联署不成立`, `the cosignature of witness ${quote(key.name)} does not verify`, note.where);
        else if (notOurs(v, note)) v.find.red('cosigned-other', `见证方 ${quote(key.name)} 联署的是另一份日志`, `what witness ${quote(key.name)} cosigned is not a root of these entries`, note.where);
        else bySize.set(note.size, (bySize.get(note.size) ?? new Set()).add(key.text));
      }
    }
    const sizes = [...bySize].filter(([, names]) => names.size >= quorum).map(([size]) => size);
    const largest = Math.max(-1, ...sizes);
    if (largest < v.a.size) v.find.unchecked('witnesses', `没有 ${quorum} 个您信任的见证方联署到检查点 A`, `no ${quorum} of your witnesses cosigned up to checkpoint A`);
    else v.find.ok('witnesses', `至少 ${quorum} 个您信任的见证方联署了前 ${largest} 条；其后的 ${v.b.size - largest} 条还没有`, `at least ${quorum} of your witnesses cosigned the first ${largest} entries; the ${v.b.size - largest} behind them not yet`);
  }

  /** All anchors (§7). Time-stamp tokens are left to verify.py. */
  async function checkAnchors(v) {
    const anchors = await readAnchors(v);
    checkSince(v);
    checkWitnesses(v, [{ ...v.a, where: 'checkpoint-a.txt' }, { ...v.b, where: 'checkpoint-b.txt' }, ...anchors]);
    if (v.input.tsa) v.find.unchecked('tsa', '这一页不核对时间戳，请用 verify.py', 'time-stamps are not checked on this page; use verify.py');
    const stamps = anchors.filter((one) => one.tsr).length;
    if (anchors.length && !(v.input.witnesses ?? []).length) {
      v.find.told('anchors', `证明包带有 ${anchors.length} 个锚点（${stamps} 个有时间戳）；您没有给出可以核对它们的公钥`, `the bundle carries ${anchors.length} anchors (${stamps} with a time-stamp) for which you gave no key`);
    }
  }

  Object.assign(ZC, { checkAnchors });
})((globalThis.ZC = globalThis.ZC || {}));
