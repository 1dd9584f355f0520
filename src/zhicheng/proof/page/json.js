/* Strict JSON and RFC 8785. JSON.parse would lose duplicate keys, large integers and -0. */
'use strict';
(function (ZC) {
  const DEEPEST = 100;
  const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
  const ESCAPES = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
  let source, at, whole;

  function fail(why) {
    throw new SyntaxError(`${why} (${at})`);
  }

  function space() {
    for (;;) {
      const code = source.charCodeAt(at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      at++;
    }
  }

  function string() {
    let out = '', start = ++at, wide = false;
    for (;;) {
      const code = source.charCodeAt(at);
      if (code === 34) break;
      if (Number.isNaN(code) || code < 32) fail('unfinished string or control character');
      if (code >= 0xd800 && code < 0xe000) wide = true;
      if (code !== 92) { at++; continue; }
      out += source.slice(start, at);
      const sign = source[at + 1];
      if (sign === 'u') {
        const digits = source.slice(at + 2, at + 6);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) fail('bad escape');
        out += String.fromCharCode(parseInt(digits, 16));
        wide = true;
        at += 6;
      } else {
        if (!Object.hasOwn(ESCAPES, sign ?? '')) fail('bad escape');
        out += ESCAPES[sign];
        at += 2;
      }
      start = at;
    }
    out = out ? out + source.slice(start, at) : source.slice(start, at);
    at++;
    if (wide && /\p{Cs}/u.test(out)) fail('unpaired surrogate');
    return out;
  }

  function number() {
    NUMBER.lastIndex = at;
    const found = NUMBER.exec(source);
    if (!found) fail('not JSON');
    const value = Number(found[0]);
    if (whole ? found[1] || found[2] || !Number.isSafeInteger(value) : !Number.isFinite(value)) fail('number not allowed');
    at += found[0].length;
    return value;
  }

  function word(spelt, value) {
    if (!source.startsWith(spelt, at)) fail('not JSON');
    at += spelt.length;
    return value;
  }

  function any(depth) {
    if (depth > DEEPEST) fail('nested too deep');
    space();
    switch (source[at]) {
      case '{': return object(depth);
      case '[': return array(depth);
      case '"': return string();
      case 't': return word('true', true);
      case 'f': return word('false', false);
      case 'n': return word('null', null);
      default: return number();
    }
  }

  function array(depth) {
    const out = [];
    at++;
    space();
    if (source[at] === ']') { at++; return out; }
    for (;;) {
      out.push(any(depth + 1));
      space();
      const sign = source[at++];
      if (sign === ']') return out;
      if (sign !== ',') fail('not JSON');
    }
  }

  function object(depth) {
    const out = Object.create(null); // so that "__proto__" is a key like any other
    at++;
    space();
    if (source[at] === '}') { at++; return out; }
    for (;;) {
      space();
      if (source[at] !== '"') fail('not JSON');
      const key = string();
      if (key in out) fail('key twice');
      if (whole && /[^\x00-\x7f]/.test(key)) fail('key not ASCII');
      space();
      if (source[at++] !== ':') fail('not JSON');
      out[key] = any(depth + 1);
      space();
      const sign = source[at++];
      if (sign === '}') return out;
      if (sign !== ',') fail('not JSON');
    }
  }

  /** JSON (RFC 8259, RFC 7493) of a text, or SyntaxError: no key twice, no lone surrogate; `strict`: no float, no key but ASCII (format §1). */
  function parseJson(text, strict = false) {
    [source, at, whole] = [text, 0, strict];
    const value = any(0);
    space();
    if (at !== text.length) fail('text behind the value');
    return value;
  }

  /** The canonical text of a value (RFC 8785): ECMAScript's own spelling of strings and numbers, keys by code unit. */
  function canonical(value) {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('not a JSON number');
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
    return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
  }

  /** The value of a text of the format (§1): strict, and the text must be the canonical one. */
  function readCanonical(text) {
    const value = parseJson(text, true);
    if (canonical(value) !== text) throw new SyntaxError('not canonical');
    return value;
  }

  Object.assign(ZC, { parseJson, canonical, readCanonical });
})((globalThis.ZC = globalThis.ZC || {}));
