/* What a metric says and what it comes to (format §4). All counting is done in BigInt. */
'use strict';
(function (ZC) {
  /** A fact that must be open is not, or is of a kind that the metric cannot read. */
  class Withheld extends Error {
    constructor(zh, en, seq, missing) {
      super(en);
      Object.assign(this, { zh, en, seq, missing });
    }
  }

  /** Order of integers, or of strings by Unicode code point; other pairs have none. */
  function compare(a, b) {
    if (typeof a !== 'string') return a < b ? -1 : a > b ? 1 : 0;
    const x = Array.from(a, (sign) => sign.codePointAt(0)), y = Array.from(b, (sign) => sign.codePointAt(0));
    for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i] - y[i];
    return x.length - y.length;
  }

  const ORDER = { ge: (c) => c >= 0, le: (c) => c <= 0, gt: (c) => c > 0, lt: (c) => c < 0 };

  /** The value of a fact of a version, which must have been opened. */
  function fact(version, name) {
    const value = version.values[version.names.get(name)];
    if (value === undefined) throw new Withheld(`事实 ${name} 没有公开`, `fact ${name} is not open`, version.seq, true);
    return value;
  }

  /** Whether a condition [fact, operator, value] holds; equality is type-strict, null meets is_null alone. */
  function holds([name, operator, wanted], version) {
    const value = fact(version, name);
    if (operator === 'is_null') return value === null;
    if (value === null) return false;
    if (operator === 'not_null') return true;
    if (operator === 'is') return value === wanted;
    if (operator === 'is_not') return value !== wanted;
    if (operator === 'in') return wanted.includes(value);
    if (operator === 'not_in') return !wanted.includes(value);
    if (typeof value !== typeof wanted) throw new Withheld(`事实 ${name} 的类型不对`, `fact ${name} is of the wrong type`, version.seq, false);
    return ORDER[operator](compare(value, wanted));
  }

  const all = (conditions, version) => conditions.every((condition) => holds(condition, version));

  /** The day by which a version is placed, or null. */
  function placed(metric, version) {
    return fact(version, metric.placed_by); // that it is a date was seen when it was read
  }

  /** Names of the facts that a figure reads. */
  function factsRead(metric, slice) {
    const names = new Set([metric.placed_by, 'state']);
    const measures = [metric.numerator, metric.denominator].filter(Boolean);
    for (const [name] of [...metric.where, ...slice, ...measures.flatMap((m) => m.where)]) names.add(name);
    for (const measure of measures) if (measure.fact) names.add(measure.fact);
    return names;
  }

  function amount(measure, version) {
    if (!all(measure.where, version)) return null;
    if (measure.of === 'count') return 1n;
    const value = fact(version, measure.fact);
    if (!Number.isSafeInteger(value)) throw new Withheld(`事实 ${measure.fact} 不是整数`, `fact ${measure.fact} is not an integer`, version.seq, false);
    return BigInt(value);
  }

  /**
   * What one version gives to a figure: {placed, inState, counts, numerator, denominator, foreign, undecided}; numbers are
   * null where it gives nothing; foreign: in the numerator of a share and not in its denominator.
   */
  function contribution(metric, figure, version) {
    const day = version && placed(metric, version);
    const out = { placed: false, inState: false, counts: false, numerator: null, denominator: null, foreign: false, undecided: false };
    if (!day || day < figure.from || day > figure.to) return out;
    out.placed = true;
    out.inState = metric.states.includes(fact(version, 'state'));
    const conditions = [...metric.where, ...figure.slice];
    if (out.inState && all(conditions, version)) {
      out.counts = true;
      out.numerator = amount(metric.numerator, version);
      out.denominator = metric.denominator && amount(metric.denominator, version);
      out.foreign = metric.form === 'share' && out.numerator !== null && out.denominator === null;
    }
    if (metric.failed) {
      const [name] = metric.failed, value = version.values[version.names.get(name)];
      const others = [...conditions, ...(metric.denominator ?? metric.numerator).where].filter((c) => c[0] !== name);
      out.undecided = value !== undefined && (!out.inState || value === null) && all(others, version);
    }
    return out;
  }

  /** Sums of contributions: {numerator, denominator}, the denominator null where the form has none. */
  function total(metric, parts) {
    let numerator = 0n, denominator = metric.denominator ? 0n : null;
    for (const part of parts) {
      numerator += part.numerator ?? 0n;
      if (metric.denominator) denominator += part.denominator ?? 0n;
    }
    return { numerator, denominator };
  }

  /** Whether both come to the same for numerator, denominator and placing: else the record was adjusted. */
  function alike(a, b) {
    return a.placed === b.placed && a.numerator === b.numerator && a.denominator === b.denominator;
  }

  /** The printed value of a numerator and a denominator. */
  function valueText(metric, { numerator, denominator }) {
    let above = numerator, below = 10n ** BigInt(metric.form === 'share' ? 0 : metric.fact_places);
    if (denominator !== null) {
      if (denominator === 0n) return '无记录';
      above *= BigInt(metric.scale);
      below *= denominator;
    }
    if (below < 0n) [above, below] = [-above, -below];
    const unit = 10n ** BigInt(metric.places), size = (above < 0n ? -above : above) * unit;
    let digits = size / below;
    const twice = 2n * (size % below);
    if (twice > below || (twice === below && (metric.round === 'half_up' || digits % 2n === 1n))) digits++;
    const full = BigInt(metric.scale) * unit;
    if (metric.form === 'share' && numerator > 0n && numerator < denominator && full > 1n) {
      if (digits >= full) digits = full - 1n;
      if (digits === 0n) digits = 1n;
    }
    const text = digits.toString().padStart(metric.places + 1, '0');
    const point = text.length - metric.places;
    return (above < 0n && digits ? '-' : '') + text.slice(0, point) + (metric.places ? '.' + text.slice(point) : '');
  }

  /** The printed value of a quotient: the integers of its two metrics, `top` and `bottom`, divided (§4). */
  function quotientText(quotient, top, bottom, { numerator, denominator }) {
    const factor = BigInt(quotient.scale) * 10n ** BigInt(bottom.fact_places); // one division, as of any ratio
    return valueText({ form: 'ratio', scale: 1, fact_places: top.fact_places, places: quotient.places, round: quotient.round }, { numerator: numerator * factor, denominator });
  }

  /**
   * A share with all undecided records counted as failed and as passed; null where only their number is known.
   * `already`: those of them that count in the denominator as it is.
   */
  function bounds(metric, sum, undecided, already) {
    const plain = metric.form === 'share' && metric.failed && metric.numerator.of === 'count' && metric.denominator.of === 'count';
    const reading = plain ? metric.numerator.where.filter(([name]) => name === metric.failed[0]) : [];
    if (!reading.length) return null;
    const denominator = sum.denominator + BigInt(undecided - already);
    const without = valueText(metric, { numerator: sum.numerator, denominator });
    const withAll = valueText(metric, { numerator: sum.numerator + BigInt(undecided), denominator });
    const good = all(reading, { names: new Map([[metric.failed[0], 0]]), values: [metric.failed[1]] }); // does the numerator count the good ones?
    return good ? { all_failed: without, all_passed: withAll } : { all_failed: withAll, all_passed: without };
  }

  /** Whether a printed decimal stands to `value` / 10^places as the operator says, exactly (§6). */
  function meets(printed, operator, value, places) {
    const [whole, part = ''] = printed.split('.');
    const a = BigInt(whole + part) * 10n ** BigInt(places), b = BigInt(value) * 10n ** BigInt(part.length);
    return operator === 'is' ? a === b : ORDER[operator](a < b ? -1 : a > b ? 1 : 0);
  }

  /** A scaled integer as a decimal. */
  function decimal(value, places) {
    const digits = String(Math.abs(value)).padStart(places + 1, '0'), point = digits.length - places;
    return (value < 0 ? '-' : '') + digits.slice(0, point) + (places ? '.' + digits.slice(point) : '');
  }

  Object.assign(ZC, { Withheld, factsRead, fact, placed, contribution, total, alike, valueText, quotientText, bounds, meets, decimal });
})((globalThis.ZC = globalThis.ZC || {}));
