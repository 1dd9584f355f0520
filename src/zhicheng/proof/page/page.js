/* The page itself: files in, sentences out. Everything that came with a file is shown as text nodes only. */
'use strict';
(function (ZC) {
  const byId = (id) => document.getElementById(id);
  const chosen = { bundle: null, report: null, since: [], tsa: null };
  const MARKS = { ok: ['✓', '已证明', 'proved'], amber: ['!', '留意', 'note'], unchecked: ['!', '没有证明', 'not proved'], red: ['✕', '不实', 'false'] };
  const STATUS = { proved: 'ok', false: 'red', unchecked: 'unchecked' };

  /** An element with children; strings become text nodes in which every invisible character is spelt out. */
  function make(name, ...inside) {
    const [tag, ...classes] = name.split('.');
    const out = document.createElement(tag);
    out.className = classes.join(' ');
    for (const one of inside.flat(Infinity)) if (one !== null && one !== undefined) out.append(one instanceof Node ? one : ZC.visible(one));
    return out;
  }

  /** The same said twice; the style sheet shows the language that was chosen. */
  const say = (zh, en) => [make('span.zh', zh), make('span.en', en)];
  const mark = (kind) => { const [sign, zh, en] = MARKS[kind]; return make(`span.mark.${kind === 'unchecked' ? 'amber' : kind}`, `${sign} `, say(zh, en)); };
  const panel = (zh, en, ...inside) => make('section.panel', make('h2', say(zh, en)), ...inside);
  const line = (zh, en) => make('p', say(zh, en));
  const spaced = (digits) => digits.replace(/(.{4})(?=.)/g, '$1 ');
  const parts = (value) => (value.denominator === null ? '' : `${value.numerator} / ${value.denominator}`);

  function pairs(rows) {
    return make('dl.facts', rows.map(([zh, en, value]) => make('div', make('dt', say(zh, en)), make('dd', value))));
  }

  function reportPanel({ report, log }) {
    return panel('报告', 'Report', pairs([
      ['标题', 'Title', report.title], ['企业', 'Enterprise', report.enterprise], ['报告期', 'Period', `${report.period.from} – ${report.period.to}`],
      ['版次、日期', 'Edition, day', `${report.edition}, ${report.issued_on}`], ['日志', 'Log', report.origin],
      ['日志的条目，始于', 'Entries of the log, since', log ? `${log.entries}, ${log.began}` : '?'],
      ['检查点 A（计算数字时）', 'Checkpoint A (when figures were computed)', String(report.checkpoint_a.size)], ['检查点 B（发布后）', 'Checkpoint B (after publication)', String(report.checkpoint_b.size)],
      ['报告所印的密钥指纹', 'Fingerprint printed in the report', spaced(report.fingerprint)],
    ]));
  }

  /** Where anchors of the reader count: the first, and how long the period stood without one. */
  function anchorLine({ log }) {
    if (!log?.first_anchor) return null;
    const { first_anchor: first, longest_without_anchor: longest } = log;
    return line(`您的第一个锚点：${first.d}，前 ${first.entries} 条。期内最长没有锚点的时间：${longest.from} 至 ${longest.to}，${longest.days} 天。`,
      `First anchor of yours: ${first.d}, ${first.entries} entries. Longest time in the period without one: ${longest.from} to ${longest.to}, ${longest.days} days.`);
  }

  function figureRow(f) {
    const kind = STATUS[f.status], d = f.definition;
    const row = make('details.figure', make('summary', mark(kind), make('b', f.no), make('span.wrap', d ? say(d.title.zh, d.title.en) : f.metric,
      make('span.quiet', ` ${f.from} – ${f.to} `, d ? say(d.slice.zh, d.slice.en) : null)),
      make('span.value', f.value, f.value === '无记录' ? '' : ` ${f.unit}`, make('span', ` ${parts(f)}`))));
    const body = make('div', line(`期间 ${f.from} 至 ${f.to}`, `Period ${f.from} to ${f.to}`));
    if (d) body.append(line(`定义：${d.zh}`, `Definition: ${d.en}`), line(`出处：${ZC.quote(d.source.zh)}`, `Source: ${ZC.quote(d.source.en)}`));
    if (f.defined_since) body.append(line(`定义自 ${f.defined_since} 起没有变过${f.defined_since > f.from ? '，晚于期初' : ''}`, `Unchanged since ${f.defined_since}${f.defined_since > f.from ? ', after the period began' : ''}`));
    if (f.recomputed && f.status === 'false') body.append(line(`由记录算出 ${f.recomputed.value}（${parts(f.recomputed)}）`, `The records give ${f.recomputed.value} (${parts(f.recomputed)})`));
    if (f.parts && f.recomputed) body.append(line(`由复算的 ${f.parts.join(' ÷ ')} 得出：${f.recomputed.value}（${parts(f.recomputed)}）`, `From ${f.parts.join(' ÷ ')} as recomputed: ${f.recomputed.value} (${parts(f.recomputed)})`));
    if (f.records) {
      const { all, placed, in_state: inState, counted } = f.records, p = f.provenance;
      body.append(line(`记录：全部 ${all} → 期内 ${placed} → 状态计入 ${inState} → 条件满足 ${counted}`, `Records: all ${all} → in the period ${placed} → state counts ${inState} → conditions hold ${counted}`));
      body.append(line(`来源：录入 ${p.entered ?? 0}，导入 ${p.imported ?? 0}，重构 ${p.reconstructed ?? 0}`, `Entered ${p.entered ?? 0}, imported ${p.imported ?? 0}, reconstructed ${p.reconstructed ?? 0}`));
      if (f.undecided) body.append(line(`未定或作废 ${f.undecided} 条${f.bounds ? `：全按不合格计 ${f.bounds.all_failed}，全按合格计 ${f.bounds.all_passed}` : ''}`, `Undecided or voided ${f.undecided}${f.bounds ? `: all failed ${f.bounds.all_failed}, all passed ${f.bounds.all_passed}` : ''}`));
      if (f.verdicts.all) body.append(line(`开记录时或 5 分钟内就下结论的：${f.verdicts.all} 条中 ${f.verdicts.at_once} 条`, `Judged at once: ${f.verdicts.at_once} of ${f.verdicts.all}`));
      const then = f.recomputed_then;
      body.append(then ? line(`期后不久：${then.value} ${parts(then)}；其后更正 ${f.adjusted_records} 条${f.adjustments.length ? `：${f.adjustments.slice(0, 20).join('、')}` : ''}`, `Soon after the period: ${then.value} ${parts(then)}; adjusted since: ${f.adjusted_records}${f.adjustments.length ? `: ${f.adjustments.slice(0, 20).join(', ')}` : ''}`)
        : line('期后没有检查点，因此没有期后不久的值', 'No checkpoint after the period, so no value from soon after it'));
      if (f.changed_records_after_a) body.append(line(`检查点 A 之后变动 ${f.changed_records_after_a} 条`, `Changed after checkpoint A: ${f.changed_records_after_a}`));
    }
    row.append(body);
    row.open = f.status === 'false';
    return row;
  }

  const SIGNS = { is: '=', ge: '≥', le: '≤', gt: '>', lt: '<' };
  const targetRow = (t) => make('li', mark(STATUS[t.status]), make('span', `${t.no}: ${t.figure ?? ''} ${SIGNS[t.operator]} ${ZC.decimal(t.value, t.places)} `,
    t.met === null ? say('（未与数字比较）', '(not compared with a figure)') : t.met ? say('达到', 'met') : say('没有达到', 'not met'), ' ', make('code', `${t.record.type}/${t.record.k} v${t.record.ver}`)));
  const declaredRow = (d) => make('li', mark(STATUS[d.status]), make('span', `${d.no}: ${d.value} ${d.unit} `, say('（人写的，不是算出来的）', '(stated by a person, not computed)'), ' ', make('code', `${d.record.type}/${d.record.k}`)));

  /** Findings, false first; of one code the first in full and the rest folded. What was proved of single numbers stands at them. */
  function findings(list) {
    const kinds = ['red', 'unchecked', 'amber', 'ok'], groups = new Map();
    const sentence = (f) => [say(f.zh, f.en), ' ', f.where ? make('code', f.where) : null];
    for (const f of list) {
      if (f.level === 'ok' && ['figure', 'target', 'declared'].includes(f.code)) continue;
      const kind = f.unchecked ? 'unchecked' : f.level, key = `${kinds.indexOf(kind)} ${f.code}`;
      groups.set(key, [...(groups.get(key) ?? []), f]);
    }
    const rows = [...groups.keys()].sort((x, y) => x[0] - y[0]).map((key) => {
      const [first, ...rest] = groups.get(key), others = (rest.findLast((f) => f.total)?.total ?? groups.get(key).length) - 1;
      const more = make('details', make('summary', say(`同样的还有 ${others} 条`, `${others} more of this kind`)), rest.map((f) => make('p', sentence(f))));
      more.open = key[0] === '0';
      return make('li', mark(kinds[key[0]]), make('div', sentence(first), rest.length ? more : null));
    });
    return make('ul.said', rows);
  }

  function show(verdict) {
    const { exit, report, figures, targets, declared, numerals } = verdict;
    const kind = exit === 0 ? 'ok' : exit === 3 ? 'amber' : 'red';
    const out = [];
    if (report) out.push(reportPanel(verdict));
    const count = (status) => figures.filter((f) => f.status === status).length;
    if (figures.length) out.push(panel('数字', 'Figures', line(`${figures.length} 个，已证明 ${count('proved')}，不实 ${count('false')}，没有证明 ${count('unchecked')}。点开看定义和来源。`, `${figures.length}: proved ${count('proved')}, false ${count('false')}, not proved ${count('unchecked')}. Open one for its definition and sources.`), figures.map(figureRow)));
    if (targets.length) out.push(panel('目标', 'Targets', make('ul.said', targets.map(targetRow))));
    if (declared.length) out.push(panel('声明的事实', 'Declared facts', make('ul.said', declared.map(declaredRow))));
    if (numerals.length) {
      const list = make('details', make('summary', say(`正文里手写的数字 ${numerals.length} 个，没有证明`, `${numerals.length} numerals typed in the text, not proved`)), make('ul.said', numerals.map((n) => make('li', make('b', n.numeral), make('span.quiet', n.text)))));
      out.push(make('section.panel', list));
    }
    out.push(panel('发现', 'Findings', anchorLine(verdict), findings(verdict.findings)));
    if (exit !== 2) {
      const anchored = Boolean(verdict.log?.first_anchor);
      out.push(panel('证明了什么，没有证明什么', 'What is proved and what is not',
        exit === 0 ? line(`已证明的是：算术无误，在这份日志范围内没有遗漏，与您给出的文件是一套${anchored ? '，您所持锚点之前没有被改写' : ''}。`, `Proved: the arithmetic, that nothing in this log is left out, that it belongs to the files you gave${anchored ? ', and that nothing behind your own anchors was rewritten' : ''}.`)
          : exit === 3 ? line('已证明的是：除上面标明“没有证明”的以外，算术无误，在这份日志范围内没有遗漏。', 'Proved: except for what is marked “not proved” above, the arithmetic, and that nothing in this log is left out.')
            : line('有不实之处，因此什么也没有证明。', 'Something is false, therefore nothing is proved.'),
        line(`记录本身属实、每件事都已记录、软件未经改动、不存在另一份日志${anchored ? '' : '、日志没有被整个改写过（没有您认可的锚点）'}，这些都不能由此证明。`,
          `Not proved: that the records are true, that every event was recorded, that the software was unmodified, that there is no other log${anchored ? '' : ', and that the log was not rewritten as a whole (no anchor of yours)'}.`),
        line('比较的是文件，不是屏幕上的字：请把各行与您手中的报告对照着读。', 'Files were compared, not what you see on a screen: read these lines beside your report.')));
    }
    const reason = verdict.findings.filter((f) => (exit === 3 ? f.unchecked : f.level === 'red'));
    const sign = MARKS[kind][0], verdictBox = make(`section.panel.verdict.${kind}`, make('h2', `${sign} `, say(verdict.words.zh, verdict.words.en)));
    if (exit && reason[0]) verdictBox.append(line(`${exit === 3 ? '没有证明，因为：' : ''}${reason[0].zh}${reason.length > 1 ? `（等 ${reason.length} 条，见“发现”）` : ''}`, `${exit === 3 ? 'Not proved, because: ' : ''}${reason[0].en}${reason.length > 1 ? ` (and ${reason.length - 1} more, see Findings)` : ''}`));
    verdictBox.id = 'verdict';
    verdictBox.tabIndex = -1;
    out.push(verdictBox);
    byId('result').replaceChildren(...out);
    byId('result').hidden = false;
    verdictBox.scrollIntoView({ block: 'end' });
    verdictBox.focus({ preventScroll: true });
  }

  function choose(kind, files) {
    if (!files.length) return; // the choice was broken off: what was there stays
    chosen[kind] = kind === 'since' ? [...files] : files[0];
    const name = byId(`${kind}-name`);
    if (!name) return;
    name.replaceChildren(ZC.visible(`${files[0].name} · ${(files[0].size / 1e6).toFixed(1)} MB`));
    name.parentElement.classList.add('has');
  }

  /** A file that was dropped anywhere goes where its name says. */
  function dropped(files) {
    const ends = (...ways) => files.filter((file) => ways.some((way) => file.name.toLowerCase().endsWith(way)));
    const zips = ends('.zip'), reports = ends('.pdf', '.docx', '.html');
    if (zips.length) choose('bundle', zips);
    if (reports.length) choose('report', reports);
    const others = files.filter((file) => !zips.includes(file) && !reports.includes(file));
    if (!others.length) return;
    chosen.since.push(...others);
    const held = new DataTransfer();
    for (const file of chosen.since) held.items.add(file);
    byId('since').files = held.files;
    document.querySelector('details').open = true;
  }

  /** Verify in a worker made of this page's own scripts; where that is not allowed, here, slice by slice. */
  function verify(input, progress) {
    const scripts = [...document.scripts].slice(0, -1).map((script) => script.textContent);
    const here = () => ZC.verify({ ...input, bundle: ZC.fileSource(input.bundle), report: input.report && ZC.fileSource(input.report), progress });
    if (!scripts.every(Boolean)) return here(); // scripts in files of their own
    return new Promise((resolve) => {
      let worker, failed = false;
      const address = URL.createObjectURL(new Blob([scripts.join('\n')], { type: 'text/javascript' }));
      const end = (verdict) => { if (worker) worker.terminate(); URL.revokeObjectURL(address); resolve(verdict); };
      const fallBack = () => { if (!failed) { failed = true; end(here()); } };
      try {
        worker = new Worker(address);
        worker.onerror = fallBack;
        worker.onmessage = ({ data }) => { if (data.verdict) end(data.verdict); else progress(data.progress); };
        worker.postMessage(input);
      } catch { fallBack(); }
    });
  }

  async function go(event) {
    event.preventDefault();
    const [button, bar, state] = ['go', 'progress', 'state'].map(byId);
    if (!chosen.bundle) { state.replaceChildren(...say('请先放入证明包 bundle.zip', 'Put in bundle.zip first')); byId('bundle').focus(); return; }
    button.disabled = true;
    bar.hidden = false;
    bar.value = 0;
    state.replaceChildren(...say('正在核对…', 'Checking…'));
    const since = await Promise.all(chosen.since.map(async (file) => ({ name: file.name, bytes: file.size < 1 << 20 ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array(0) })));
    const verdict = await verify({ bundle: chosen.bundle, report: chosen.report, key: byId('key').value, since, witnesses: byId('witnesses').value.split('\n'),
      quorum: Number(byId('quorum').value) || null, tsa: Boolean(chosen.tsa) }, (part) => { bar.value = part; });
    button.disabled = false;
    bar.hidden = true;
    state.replaceChildren(...say('核对完了，结论在最后', 'Done; the verdict stands last'));
    show(verdict);
  }

  for (const kind of ['bundle', 'report', 'since', 'tsa']) byId(kind).addEventListener('change', (event) => choose(kind, event.target.files));
  byId('form').addEventListener('submit', go);
  byId('language').addEventListener('click', () => {
    const english = document.documentElement.lang === 'en';
    document.documentElement.lang = english ? 'zh-CN' : 'en';
    document.title = english ? '离线核对 · 质诚' : 'Check a report offline · Zhicheng';
  });
  addEventListener('dragover', (event) => { event.preventDefault(); document.body.classList.add('over'); });
  addEventListener('dragleave', () => document.body.classList.remove('over'));
  addEventListener('drop', (event) => {
    event.preventDefault();
    document.body.classList.remove('over');
    dropped([...event.dataTransfer.files]);
  });
})((globalThis.ZC = globalThis.ZC || {}));
