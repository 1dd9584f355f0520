/* The definition of a figure in words, made from its data (format §4); names are the bundle's, the rest is ours. */
'use strict';
(function (ZC) {
  const { quote } = ZC;
  const OPERATORS = {
    is: ['是', 'is'], is_not: ['不是', 'is not'], in: ['是其中之一：', 'is one of'], not_in: ['不是其中任何一个：', 'is none of'], ge: ['不小于', 'is at least'],
    le: ['不大于', 'is at most'], gt: ['大于', 'is above'], lt: ['小于', 'is below'], is_null: ['没有填写', 'is empty'], not_null: ['填写了', 'is filled in'],
  };

  function words(metric, lang) {
    const at = lang === 'zh' ? 0 : 1;
    const label = (fact, value) => { const of = metric.labels[fact]; return of && Object.hasOwn(of, value) ? of[value] : undefined; };
    const both = (shown, raw) => (shown === undefined ? quote(raw) : `${quote(shown)}(${ZC.visible(raw)})`);
    const factName = (name) => both(label(name, ''), name);
    const value = (fact, raw) => (typeof raw === 'string' ? both(label(fact, raw), raw) : String(raw));
    const values = (fact, raw) => (Array.isArray(raw) ? raw : raw === null ? [] : [raw]).map((one) => value(fact, one)).join(at ? ', ' : '、');
    const condition = ([fact, operator, raw]) => `${factName(fact)} ${OPERATORS[operator][at]} ${values(fact, raw)}`.trim();
    const list = (conditions) => conditions.map(condition).join(at ? ' and ' : '，且 ');
    const measure = (m) => {
      const where = m.where.length ? (at ? ` where ${list(m.where)}` : `其中 ${list(m.where)} 的`) : '';
      if (at) return m.of === 'count' ? `the number of records${where}` : `the sum of ${factName(m.fact)}${where}`;
      return `${where}${m.of === 'count' ? '记录条数' : `${factName(m.fact)}之和`}`;
    };
    return { at, factName, list, measure, values };
  }

  /** One sentence in each language. */
  function definition(metric, figure) {
    const say = (lang) => {
      const { at, factName, list, measure, values } = words(metric, lang);
      const conditions = [...metric.where, ...figure.slice];
      const rounding = metric.round === 'half_up' ? ['四舍五入', 'half up'] : ['按 GB/T 8170 修约', 'by GB/T 8170'];
      const scale = metric.denominator && metric.scale !== 1 ? ` × ${metric.scale}` : '';
      const over = metric.denominator ? ` ÷ ${measure(metric.denominator)}` : '';
      const units = metric.fact_places && metric.form !== 'share' ? ` ÷ 10^${metric.fact_places}` : '';
      if (at) {
        return `Records of type ${ZC.visible(metric.type)} with ${factName(metric.placed_by)} from ${figure.from} to ${figure.to}, ${factName('state')} one of ${values('state', metric.states)}`
          + `${conditions.length ? `, and ${list(conditions)}` : ''}: ${measure(metric.numerator)}${over}${scale}${units}, rounded ${rounding[1]} to ${metric.places} places.`;
      }
      return `${ZC.visible(metric.type)} 的记录，${factName(metric.placed_by)} 在 ${figure.from} 至 ${figure.to} 之间，${factName('state')} 是 ${values('state', metric.states)} 之一`
        + `${conditions.length ? `，且 ${list(conditions)}` : ''}：${measure(metric.numerator)}${over}${scale}${units}，${rounding[0]}到 ${metric.places} 位小数。`;
    };
    const slice = (lang) => words(metric, lang).list(figure.slice);
    return { slice: { zh: slice('zh'), en: slice('en') }, title: metric.title, source: metric.source, zh: say('zh'), en: say('en') };
  }

  /** The same of a quotient: what is divided by what. */
  function quotientDefinition(quotient, parts, figure) {
    const rounding = quotient.round === 'half_up' ? ['四舍五入', 'half up'] : ['按 GB/T 8170 修约', 'by GB/T 8170'];
    const scale = quotient.scale === 1 ? '' : ` × ${quotient.scale}`;
    const slice = (lang) => words(parts[0], lang).list(figure.slice);
    const named = (one, lang) => `${ZC.visible(one.name)}(${quote(one.title[lang] ?? one.name)})`;
    const part = (one, lang) => (one.fact_places ? `(${named(one, lang)} ÷ 10^${one.fact_places})` : named(one, lang));
    const over = (lang) => parts.map((one) => part(one, lang)).join(' ÷ ') + scale;
    const only = (zh, en, text) => (text ? [zh + text, en + text] : ['', '']);
    return {
      slice: { zh: slice('zh'), en: slice('en') }, title: quotient.title, source: quotient.source,
      zh: `${over('zh')}，各按自己的定义、在同一期间计算${only('，都只取 ', '', slice('zh'))[0]}，${rounding[0]}到 ${quotient.places} 位小数。`,
      en: `${over('en')}, each by its own definition over the same period${only('', ', both only where ', slice('en'))[1]}, rounded ${rounding[1]} to ${quotient.places} places.`,
    };
  }

  Object.assign(ZC, { definition, quotientDefinition });
})((globalThis.ZC = globalThis.ZC || {}));
