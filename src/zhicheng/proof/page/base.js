/* Bytes and texts. Classic scripts with one namespace, because modules do not load from file:. */
'use strict';
(function (ZC) {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const HEX = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'));
  const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

  /** What makes a bundle unreadable (format §8): said in both languages, with a place. */
  class Unreadable extends Error {
    constructor(zh, en, where = '') {
      super(en);
      Object.assign(this, { zh, en, where });
    }
  }

  /** UTF-8 of a text. */
  function utf8(text) {
    return encoder.encode(text);
  }

  /** Text of UTF-8 bytes; throws on anything that is not UTF-8, surrogates included. */
  function text(bytes) {
    return decoder.decode(bytes);
  }

  /** Lower-case hex of bytes. */
  function hex(bytes) {
    let out = '';
    for (let i = 0; i < bytes.length; i++) out += HEX[bytes[i]];
    return out;
  }

  /** Bytes of lower-case hex. */
  function unhex(digits) {
    return Uint8Array.from({ length: digits.length / 2 }, (_, i) => parseInt(digits.substr(2 * i, 2), 16));
  }

  /** Standard base64 with padding (RFC 4648 §4). */
  function base64(bytes) {
    let out = '';
    for (let i = 0; i < bytes.length; i += 3) {
      const three = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
      for (let j = 0; j < 4; j++) out += i + j > bytes.length ? '=' : BASE64[(three >> (18 - 6 * j)) & 63];
    }
    return out;
  }

  /** Bytes of standard base64, or null. Only the one spelling that encodes back is taken (RFC 4648 §3.5). */
  function unbase64(code) {
    if (typeof code !== 'string' || !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(code)) return null;
    const digits = code.replace(/=+$/, '');
    const out = new Uint8Array(Math.floor((digits.length * 3) / 4));
    let bits = 0, held = 0, at = 0;
    for (const digit of digits) {
      held = ((held << 6) | BASE64.indexOf(digit)) & 0xffff;
      bits += 6;
      if (bits >= 8) out[at++] = (held >> (bits -= 8)) & 255;
    }
    return base64(out) === code ? out : null;
  }

  /** Whether two byte arrays are equal. */
  function same(a, b) {
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
  }

  /** One array of several. */
  function join(...parts) {
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { out.set(part, at); at += part.length; }
    return out;
  }

  /** The text with every character that cannot be seen or turns others round spelt out. */
  function visible(value) {
    return String(value).replace(/[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?![ \u3000])\p{Zs}/gu,
      (sign) => `⟨U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
  }

  /** Text that came with the bundle, between marks that it cannot contain itself. */
  function quote(value) {
    return `「${visible(value).replace(/[「」]/g, (sign) => (sign === '「' ? '⟨U+300C⟩' : '⟨U+300D⟩'))}」`;
  }

  const days = new Map(); // a log has few days and names them often

  /** Whether this is a day of the calendar, written YYYY-MM-DD (format §1). */
  function isDate(value) {
    if (typeof value !== 'string' || value.length !== 10) return false;
    if (!days.has(value)) {
      const time = /^\d{4}-\d{2}-\d{2}$/.test(value) && value >= '0001' ? new Date(value + 'T00:00:00Z') : new Date(NaN);
      if (days.size > 5000) days.clear();
      days.set(value, !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 10) === value);
    }
    return days.get(value);
  }

  /** The day that many days after another. */
  function addDays(day, days) {
    const time = new Date(Date.parse(day + 'T00:00:00Z') + days * 86400000);
    return Number.isNaN(time.getTime()) || time.getUTCFullYear() > 9999 ? '9999-12-31' : time.toISOString().slice(0, 10);
  }

  Object.assign(ZC, { Unreadable, utf8, text, hex, unhex, base64, unbase64, same, join, visible, quote, isDate, addDays });
})((globalThis.ZC = globalThis.ZC || {}));
