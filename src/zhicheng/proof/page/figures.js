/* Figures, targets, declared facts and typed numerals of a report (format §4, §6). */
'use strict';
(function (ZC) {
  const { quote } = ZC;
  const valueOf = (version, name) => (version && version.names.has(name) ? version.values[version.names.get(name)] : undefined);

  /** The day since which a metric has stood unchanged in the definitions in force below A, or null (§6 Binding), and what it replaced. */
  function defined(log, metric, size) {
    const digest = ZC.hex(ZC.sha256(ZC.utf8(ZC.canonical(metric)))), name = `metric_${metric.name}`;
    const logged = log.defines.filter((entry) => entry.seq < size), other = logged.findLast((entry) => entry.facts[name] !== digest);
    const first = logged.find((entry) => !other || entry.seq > other.seq);
    const old = other && ZC.isText(other.facts[name]) ? other.facts[name] : '';
    return { since: first ? first.d : null, changed: old && `${old.slice(0, 12)}… → ${digest.slice(0, 12)}…` };
  }

  /** The size E of §4: what the first logged checkpoint after the period and its days of settling signed. */
  function settledSize(log, metric, figure, size) {
    const day = ZC.addDays(figure.to, metric.settle_days);
    const entry = log.checkpoints.find((one) => one.d >= day);
    return entry && entry.seq < size ? entry.facts.size : null;
  }

  /** Contributions of all records at A, at E and at the end; throws Withheld where a fact must be open and is not. */
  function recompute(log, metric, figure, sizes) {
    const names = ZC.factsRead(metric, figure.slice);
    const out = { all: 0, a: [], e: [], adjusted: [], later: [], provenance: {}, at_once: 0, judged: 0 };
    for (const versions of log.records(metric.type)) {
      const days = versions.map((version) => valueOf(version, metric.placed_by));
      if (!days.some((day) => day === undefined || (day && day >= figure.from && day <= figure.to))) continue; // one that is not open may lie in the period
      for (const version of versions) for (const name of names) ZC.fact(version, name);
    }
    log.records(metric.type).forEach((versions, i) => {
      const [a, e, b] = sizes.map((size) => (size === null ? null : ZC.contribution(metric, figure, log.inForce(versions, size))));
      const version = log.inForce(versions, sizes[0]);
      if (version) out.all++;
      out.a.push(a);
      if (e) out.e.push(e);
      if (e && !ZC.alike(e, a)) out.adjusted.push(`${metric.type}/${i + 1}`);
      if (!ZC.alike(a, b)) out.later.push(`${metric.type}/${i + 1}`);
      if ((metric.denominator ? a.denominator : a.numerator) === null) return;
      const source = valueOf(version, 'provenance') ?? '';
      out.provenance[source] = (out.provenance[source] ?? 0) + 1;
      if (typeof valueOf(version, 'judged_at_once') === 'boolean') { out.judged++; out.at_once += valueOf(version, 'judged_at_once') ? 1 : 0; }
    });
    return out;
  }

  const equal = (metric, sum, stated) => sum.numerator === BigInt(stated.numerator) && ZC.valueText(metric, sum) === stated.value
    && (sum.denominator === null ? stated.denominator === null : stated.denominator !== null && sum.denominator === BigInt(stated.denominator));
  const shown = (metric, sum) => ({ numerator: String(sum.numerator), denominator: sum.denominator === null ? null : String(sum.denominator), value: ZC.valueText(metric, sum) });
  const fraction = (s) => (s.denominator === null ? `${s.value}` : `${s.value}（${s.numerator} / ${s.denominator}）`);

  /**
   * A quotient, from what the figures of its two metrics over its own period and slice were recomputed to (§4); no better than they are.
   * `counted`: the figures that were recomputed from records.
   */
  function checkQuotient(v, figure, counted) {
    const { find, log, a } = v;
    const quotient = v.definitions.metrics[figure.metric];
    const [top, bottom] = [quotient.numerator, quotient.denominator].map((name) => v.definitions.metrics[name]);
    const same = (one) => one.from === figure.from && one.to === figure.to && ZC.canonical(one.slice) === ZC.canonical(figure.slice);
    const parts = [top, bottom].map((metric) => counted.find((one) => one.metric === metric.name && same(one)));
    const out = {
      ...figure, status: 'false', unit: quotient.unit, recomputed: null, recomputed_then: null, definition: ZC.quotientDefinition(quotient, [top, bottom], figure),
      parts: parts.map((one) => one?.no ?? null), undecided: null, bounds: null, adjusted_records: null, changed_records_after_a: null, provenance: {}, verdicts: null,
    };
    const fails = (zh, en) => { find.red('figure', `${figure.no} 不实：${zh}`, `${figure.no} is false: ${en}`); return out; };
    const divide = (x, y) => {
      const sum = { numerator: BigInt(x.numerator), denominator: BigInt(y.numerator) };
      return { numerator: String(sum.numerator), denominator: String(sum.denominator), value: ZC.quotientText(quotient, top, bottom, sum) };
    };
    const agrees = (found, stated) => found.numerator === String(stated.numerator) && found.denominator === String(stated.denominator) && found.value === stated.value;
    const { since, changed } = defined(log, quotient, a.size);
    out.defined_since = since;
    if (parts.every((one) => one && one.recomputed)) {
      const [x, y] = parts;
      out.recomputed = divide(x.recomputed, y.recomputed);
      if (x.recomputed_then && y.recomputed_then) out.recomputed_then = { size: x.recomputed_then.size, ...divide(x.recomputed_then, y.recomputed_then) };
    }
    if (!out.defined_since) return fails('定义不是日志里登记生效的', 'its definition is not the one in force in the log');
    const other = figure.slice.find(([name]) => !quotient.dimensions.includes(name));
    if (other) return fails(`不许按 ${quote(other[0])} 细分`, `it may not be sliced by ${quote(other[0])}`);
    const lost = [top, bottom].find((_metric, i) => !parts[i]);
    if (lost) return fails(`报告里没有 ${quote(lost.name)} 在同一期间、同一范围的数字，无从相除`, `the report has no figure of ${quote(lost.name)} over the same period and slice to divide`);
    const untrue = parts.find((one) => one.status === 'false');
    if (untrue) return fails(`它所依据的 ${untrue.no} 不实`, `${untrue.no}, on which it rests, is false`);
    if (parts.some((one) => one.status === 'unchecked')) {
      out.status = 'unchecked';
      find.unchecked('full-only', `${figure.no} 没有证明：它所依据的数字没有证明`, `${figure.no} is not proved: a figure on which it rests is not`);
      return out;
    }
    if (!agrees(out.recomputed, figure)) return fails(`报告写 ${fraction(figure)}，由两个数字算出 ${fraction(out.recomputed)}`, `the report says ${fraction(figure)}, its two figures give ${fraction(out.recomputed)}`);
    const then = out.recomputed_then;
    if ((then === null) !== (figure.then === null) || (then && (then.size !== figure.then.size || !agrees(then, figure.then)))) {
      return fails('期后不久的值与日志不符', 'its value from soon after the period is not that of the log');
    }
    out.status = 'proved';
    const [x, y] = parts.map((one) => one.no);
    find.ok('figure', `${figure.no} 已证明：由 ${x} ÷ ${y} 算出 ${fraction(figure)}`, `${figure.no} is proved: ${x} ÷ ${y} gives ${fraction(figure)}`);
    tellDefined(find, figure, since, changed);
    return out;
  }

  /** Every figure in the order of the report: what counts records first, then what divides two such figures. */
  function checkFigures(v) {
    const divides = (figure) => v.definitions.metrics[figure.metric].form === 'quotient';
    const counted = v.report.figures.filter((figure) => !divides(figure)).map((figure) => checkFigure(v, figure));
    return v.report.figures.map((figure) => (divides(figure) ? checkQuotient(v, figure, counted) : counted.find((one) => one.no === figure.no)));
  }

  /** A figure, recomputed: proved, false or unchecked. */
  function checkFigure(v, figure) {
    const { find, log, a } = v;
    const metric = v.definitions.metrics[figure.metric];
    const out = { ...figure, status: 'false', unit: metric.unit, recomputed: null, definition: ZC.definition(metric, figure) };
    const fails = (zh, en, where) => { find.red('figure', `${figure.no} 不实：${zh}`, `${figure.no} is false: ${en}`, where); return out; };
    const { since, changed } = defined(log, metric, a.size);
    out.defined_since = since;
    if (!out.defined_since) return fails('定义不是日志里登记生效的', 'its definition is not the one in force in the log');
    const other = figure.slice.find(([name]) => !metric.dimensions.includes(name));
    if (other) return fails(`不许按 ${quote(other[0])} 细分`, `it may not be sliced by ${quote(other[0])}`);
    const settled = settledSize(log, metric, figure, a.size);
    let found;
    try {
      found = recompute(log, metric, figure, [a.size, settled, log.size]);
    } catch (error) {
      if (!(error instanceof ZC.Withheld)) throw error;
      if (!error.missing || !figure.full_only) return fails(error.zh, error.en, `seq ${error.seq}`);
      out.status = 'unchecked';
      find.unchecked('full-only', `${figure.no} 没有证明：所依据的事实只在企业自存的完整证明包里`, `${figure.no} is not proved: its facts are only in the full bundle that the enterprise keeps`);
      return out;
    }
    const sum = ZC.total(metric, found.a), then = settled === null ? null : ZC.total(metric, found.e);
    out.recomputed = shown(metric, sum);
    out.recomputed_then = then && { size: settled, ...shown(metric, then) };
    const count = (test) => found.a.filter(test).length, undecided = count((c) => c.undecided);
    Object.assign(out, {
      records: { all: found.all, placed: count((c) => c.placed), in_state: count((c) => c.inState), counted: count((c) => c.counts) },
      undecided, bounds: undecided ? ZC.bounds(metric, sum, undecided, count((c) => c.undecided && c.denominator !== null)) : null, adjusted_records: found.adjusted.length, adjustments: found.adjusted.slice(0, 100),
      changed_records_after_a: found.later.length, changes_after_a: found.later.slice(0, 100), provenance: found.provenance, verdicts: { at_once: found.at_once, all: found.judged },
    });
    const foreign = count((c) => c.foreign);
    if (foreign) return fails(`${foreign} 条记录计入分子却不在分母中，这不是占比`, `${foreign} records are in the numerator and not in the denominator: not a share`);
    if (!equal(metric, sum, figure)) return fails(`报告写 ${fraction(figure)}，由记录算出 ${fraction(out.recomputed)}`, `the report says ${fraction(figure)}, the records give ${fraction(out.recomputed)}`);
    if ((then === null) !== (figure.then === null) || (then && (settled !== figure.then.size || !equal(metric, then, figure.then)))) {
      return fails('期后不久的值与日志不符', 'its value from soon after the period is not that of the log');
    }
    out.status = 'proved';
    find.ok('figure', `${figure.no} 已证明：${fraction(figure)}`, `${figure.no} is proved: ${fraction(figure)}`);
    tellFigure(find, figure, out);
    tellDefined(find, figure, since, changed);
    return out;
  }

  function tellDefined(find, { no, from }, since, changed) {
    if (since <= from) return;
    const [zh, en] = changed ? [`定义（其中的限值也算）于 ${since} 改过，散列值 ${changed}`, `its definition, limits in it included, was changed on ${since}, hash ${changed}`]
      : [`定义从 ${since} 起才登记`, `its definition was logged on ${since} only`];
    find.told('definition-younger', `${no}：${zh}，晚于期初 ${from}`, `${no}: ${en}, after the period began (${from})`);
  }

  function tellFigure(find, figure, out) {
    const told = (code, zh, en) => find.told(code, `${figure.no}：${zh}`, `${figure.no}: ${en}`);
    if (out.adjusted_records) told('adjusted', `${out.adjusted_records} 条记录在期后更正过`, `${out.adjusted_records} records were adjusted after the period`);
    if (out.changed_records_after_a) told('changed-after-a', `检查点 A 之后又有 ${out.changed_records_after_a} 条记录变动，报告没有反映`, `${out.changed_records_after_a} records changed after checkpoint A, which the report does not show`);
    const { imported = 0, reconstructed = 0 } = out.provenance;
    if (imported + reconstructed) told('not-entered', `计入的记录中 ${imported} 条是导入的，${reconstructed} 条是事后重构的`, `of its records ${imported} were imported and ${reconstructed} reconstructed afterwards`);
    if (out.undecided) told('undecided', `另有 ${out.undecided} 条未定或作废的记录没有计入`, `${out.undecided} records more are undecided or voided and do not count`);
  }

  /** A target: the fact of that version of the record, and whether the printed figure meets it (§6). */
  function checkTarget(v, target) {
    const { find, log, a, report } = v;
    const out = { ...target, status: 'false' };
    const fails = (zh, en, seq) => { find.red('target', `${target.no} 不实：${zh}`, `${target.no} is false: ${en}`, seq === undefined ? '' : `seq ${seq}`); return out; };
    const versions = log.records(target.record.type)[target.record.k - 1] ?? [];
    const version = versions[target.record.ver - 1];
    if (!version || version.seq >= a.size) return fails('检查点 A 之前没有这条记录', 'there is no such record below checkpoint A');
    if (valueOf(version, target.fact) !== target.value) return fails('目标值与日志不符或没有公开', 'its value is not that of the log, or is not open', version.seq);
    const figure = target.figure === null ? null : report.figures.find((one) => one.no === target.figure);
    const met = figure && /^-?[0-9]+(\.[0-9]+)?$/.test(figure.value) ? ZC.meets(figure.value, target.operator, target.value, target.places) : null;
    if (met !== target.met) return fails('是否达到与数字不符', 'whether it was met does not follow from the figure');
    const older = versions.slice(0, target.record.ver), other = older.findLast((one) => valueOf(one, target.fact) !== target.value);
    const first = older[other ? older.indexOf(other) + 1 : 0], was = other && valueOf(other, target.fact);
    const number = (value) => (Number.isInteger(value) ? ZC.decimal(value, target.places) : quote(typeof value === 'string' ? value : ZC.canonical(value)));
    const before = was === undefined ? null : number(was), value = number(target.value); // undefined: not open, so what stood then is not known
    Object.assign(out, { status: 'proved', since: log.days[first.seq], before });
    find.ok('target', `${target.no} 与日志相符`, `${target.no} agrees with the log`, `seq ${version.seq}`);
    if (out.since > report.period.from) {
      const [zh, en] = before !== null ? [`于 ${out.since} 由 ${before} 改为 ${value}`, `was changed on ${out.since} from ${before} to ${value}`] : [`${value} 从 ${out.since} 起才有`, `${value} stands since ${out.since} only`];
      const of = `${target.figure ?? ''} ${target.record.type}/${target.record.k}`.trim();
      find.told('target-younger', `${target.no}（${of}）：目标${zh}，晚于期初 ${report.period.from}`, `${target.no} (${of}): the target ${en}, after the period began (${report.period.from})`);
    }
    if (versions.length > target.record.ver) find.told('target-later', `${target.no}：这个目标后来又有新的版本`, `${target.no}: there is a later version of this target`, `seq ${versions[target.record.ver].seq}`);
    return out;
  }

  /** A declared fact: the record's version in force at A (§6). */
  function checkDeclared(v, declared) {
    const { find, log, a } = v;
    const version = log.inForce(log.records(declared.record.type)[declared.record.k - 1] ?? [], a.size);
    const agrees = version && valueOf(version, declared.fact) === declared.value
      && ['unit', 'evidence'].every((name) => [undefined, declared[name]].includes(valueOf(version, name)));
    if (agrees) find.ok('declared', `${declared.no} 与日志相符；它是人写的，不是算出来的`, `${declared.no} agrees with the log; a person stated it, nothing computes it`, `seq ${version.seq}`);
    else find.red('declared', `${declared.no} 不实：与日志不符或没有公开`, `${declared.no} is false: not what the log has, or not open`, version ? `seq ${version.seq}` : '');
    return { ...declared, status: agrees ? 'proved' : 'false' };
  }

  const NUMERALS = /百?[分千万]之[零〇一二三四五六七八九十百千万点两]+|[-+]?\p{Nd}+(?:[.,，．:/-]\p{Nd}+)*[%％‰]?|[零〇一二三四五六七八九十百千万亿两点]{3,}/gu;

  /** Walks the document tree in order: numerals that were typed, and references to numbers that do not exist (§6). */
  function checkDocument(v) {
    const known = { figure: v.report.figures, target: v.report.targets, declared: v.report.declared };
    const stack = [v.report.document], numerals = [];
    while (stack.length) {
      const node = stack.pop();
      if (typeof node !== 'object' || node === null) continue;
      if (!Array.isArray(node)) {
        if (typeof node.text === 'string') for (const [numeral] of node.text.matchAll(NUMERALS)) numerals.push({ numeral, text: node.text });
        for (const kind of Object.keys(known)) {
          const named = typeof node[kind] === 'string' && node[kind] ? [node[kind]] : [];
          if (kind === 'figure' && Array.isArray(node.figures)) named.push(...node.figures.map(String));
          for (const no of named.filter((one) => !known[kind].some((item) => item.no === one))) {
            v.find.red('reference', `正文引用了不存在的数字 ${quote(no)}`, `the text names a number that does not exist: ${quote(no)}`, 'report.json');
          }
        }
      }
      const inside = Array.isArray(node) ? node : Object.keys(node).sort().map((key) => node[key]);
      for (let i = inside.length - 1; i >= 0; i--) stack.push(inside[i]);
    }
    if (numerals.length) v.find.told('numerals', `正文里有 ${numerals.length} 个手写的数字，没有证明`, `${numerals.length} numerals are typed in the text and not proved`);
    return numerals;
  }

  Object.assign(ZC, { valueOf, checkFigures, checkTarget, checkDeclared, checkDocument });
})((globalThis.ZC = globalThis.ZC || {}));
