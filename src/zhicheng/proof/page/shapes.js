/* What the members must look like (format §1, §2, §4, §5, §6). A member of another shape is unreadable (§8). */
'use strict';
(function (ZC) {
  const isObject = (v) => typeof v === 'object' && v !== null && !Array.isArray(v);
  const isText = (v) => typeof v === 'string';
  const isInteger = Number.isSafeInteger;
  const isCount = (v) => isInteger(v) && v >= 0;
  const upTo = (most, least = 0) => (v) => isInteger(v) && v >= least && v <= most;
  const isOrdinal = (v) => isInteger(v) && v >= 1;
  const isHash = (v) => isText(v) && /^[0-9a-f]{64}$/.test(v);
  const isSalt = (v) => isText(v) && /^[0-9a-f]{32}$/.test(v);
  const isType = (v) => isText(v) && /^[a-z][a-z_]*(\.[a-z][a-z_]*)+$/.test(v);
  const isAct = (v) => isText(v) && /^[a-z][a-z_]*$/.test(v);
  const isFactName = (v) => isText(v) && /^_?[a-z][a-z0-9_]*$/.test(v);
  const isAny = () => true;
  const isScalar = (v) => v === null || isText(v) || typeof v === 'boolean' || isInteger(v);
  const isFlag = (v) => typeof v === 'boolean';
  const nullOr = (test) => (v) => v === null || test(v);
  const listOf = (test) => (v) => Array.isArray(v) && v.every(test);
  const oneOf = (...values) => (v) => values.includes(v);
  const mapOf = (keyTest, test) => (v) => isObject(v) && Object.keys(v).every((key) => keyTest(key) && test(v[key], key));

  /** An object with exactly these keys. */
  const shape = (fields) => {
    const names = Object.keys(fields);
    return (v) => isObject(v) && Object.keys(v).length === names.length && names.every((name) => name in v && fields[name](v[name]));
  };

  /** A value of a fact: a scalar, or one list of rows of scalars (§1). */
  function isFact(value) {
    return isScalar(value) || (Array.isArray(value) && value.length <= 200 && value.every(mapOf(isText, isScalar)));
  }

  const isHeader = shape({ v: oneOf(1), seq: isCount, d: ZC.isDate, type: isType, k: isOrdinal, ver: isOrdinal, act: isAct, facts: isHash });

  const isOpened = shape({
    seq: isCount, outer: isSalt, digests: mapOf(isFactName, isHash),
    facts: mapOf(isText, (v) => Array.isArray(v) && v.length === 2 && isSalt(v[0]) && isFact(v[1])), // a name that has no digest fails as a seal
  });

  const isManifest = shape({ v: oneOf(1), members: mapOf(isText, isAny) }); // what it says of a member is compared as a whole

  const isGiven = (v) => v !== null && isScalar(v); // a condition compares with something
  const isComparable = (v) => isText(v) || isInteger(v);
  const OPERANDS = {
    is: isGiven, is_not: isGiven, in: listOf(isGiven), not_in: listOf(isGiven), ge: isComparable, le: isComparable, gt: isComparable,
    lt: isComparable, is_null: oneOf(null), not_null: oneOf(null),
  };

  /** [fact, operator, value] (§4). */
  function isCondition(v) {
    return Array.isArray(v) && v.length === 3 && isFactName(v[0]) && isText(v[1]) && Object.hasOwn(OPERANDS, v[1]) && OPERANDS[v[1]](v[2]);
  }

  const isWords = mapOf(isText, isText); // by language
  const isMeasure = (v) => shape({ of: oneOf('count', 'sum'), fact: nullOr(isFactName), where: listOf(isCondition) })(v) && (v.of === 'sum') === (v.fact !== null);
  const isPlaces = upTo(12);
  const metricShape = shape({
    v: oneOf(1), name: (v) => isText(v) && /^[a-z][a-z0-9_]*$/.test(v), title: isWords, unit: isText, type: isType, placed_by: isFactName,
    states: listOf(isText), where: listOf(isCondition), form: oneOf('count', 'sum', 'share', 'ratio', 'mean'), numerator: isMeasure,
    denominator: nullOr(isMeasure), scale: upTo(1e12, 1), fact_places: isPlaces, round: oneOf('half_up', 'gbt8170'), places: isPlaces,
    settle_days: upTo(3660), dimensions: listOf(isText), failed: nullOr((v) => Array.isArray(v) && v.length === 2 && isText(v[0]) && isGiven(v[1])),
    source: isWords, labels: mapOf(isText, mapOf(isText, isText)),
  });

  /** A metric (§4): a denominator where, and only where, its form uses one. */
  function isMetric(v) {
    return metricShape(v) && (v.denominator === null) === (v.form === 'count' || v.form === 'sum');
  }

  const isName = (v) => isText(v) && /^[a-z][a-z0-9_]*$/.test(v);
  const quotientShape = shape({
    v: oneOf(1), name: isName, title: isWords, unit: isText, form: oneOf('quotient'), numerator: isName, denominator: isName, scale: upTo(1e12, 1),
    round: oneOf('half_up', 'gbt8170'), places: isPlaces, dimensions: listOf(isText), source: isWords,
  });

  /** A quotient (§4): of two counts or sums that are defined beside it, settle alike, and have each of its dimensions. */
  function isQuotient(v, metrics) {
    if (!quotientShape(v)) return false;
    const parts = [v.numerator, v.denominator].map((name) => (Object.hasOwn(metrics, name) ? metrics[name] : null));
    return parts.every((one) => one && one.form !== 'quotient' && one.denominator === null && v.dimensions.every((name) => one.dimensions.includes(name)))
      && parts[0].settle_days === parts[1].settle_days;
  }

  const isEither = (v) => (isObject(v) && v.form === 'quotient' ? quotientShape(v) : isMetric(v));
  const definitionsShape = shape({ v: oneOf(1), release: isText, metrics: mapOf(isText, isEither), types: mapOf(isText, shape({ may_open: isAny, graph: isAny })) });

  /** definitions.json (§5). */
  function isDefinitions(v) {
    return definitionsShape(v) && Object.keys(v.metrics).every((name) => v.metrics[name].name === name && (v.metrics[name].form !== 'quotient' || isQuotient(v.metrics[name], v.metrics)));
  }

  const isValue = { numerator: isInteger, denominator: nullOr(isInteger), value: isText };
  const numbered = (letter, test) => (v) => Array.isArray(v) && v.every((item, i) => isObject(item) && item.no === `${letter}${i + 1}` && test(item));
  const figureShape = shape({ no: isText, metric: isText, from: ZC.isDate, to: ZC.isDate, slice: listOf(isCondition), full_only: isFlag, ...isValue, then: nullOr(shape({ size: isCount, ...isValue })) });
  const inOrder = (v) => v.from <= v.to;
  const isFigure = (v) => figureShape(v) && inOrder(v);
  const periodShape = shape({ from: ZC.isDate, to: ZC.isDate });
  const isTarget = shape({
    no: isText, figure: nullOr(isText), record: shape({ type: isType, k: isOrdinal, ver: isOrdinal }), fact: isText, value: isInteger,
    places: isPlaces, operator: oneOf('is', 'ge', 'le', 'gt', 'lt'), met: nullOr(isFlag),
  });
  const isDeclared = shape({ no: isText, record: shape({ type: isType, k: isOrdinal }), fact: isText, value: isScalar, unit: isText, evidence: nullOr(isHash) });

  /** report.json (§6). */
  const isReport = shape({
    v: oneOf(1), origin: isText, enterprise: isText, title: isText, edition: isText, record: shape({ type: isType, k: isOrdinal }),
    period: (v) => periodShape(v) && inOrder(v), issued_on: ZC.isDate, fingerprint: isHash, checkpoint_a: shape({ size: isCount, root: isHash }),
    figures: numbered('F', isFigure), targets: numbered('T', isTarget), declared: numbered('D', isDeclared), document: isAny,
  });

  const isAnchor = shape({ note: isText, tsr: nullOr((v) => isText(v) && ZC.unbase64(v) !== null) });

  const isReceipt = shape({ header: isText, note: isText, proof: listOf((v) => isText(v) && ZC.unbase64(v) !== null) });

  Object.assign(ZC, { isReceipt, isObject, isText, isCount, isHash, isType, isInteger, isHeader, isOpened, isManifest, isDefinitions, isReport, isAnchor });
})((globalThis.ZC = globalThis.ZC || {}));
