/* SHA-256 and SHA-512 (FIPS 180-4), CRC-32 (zip). crypto.subtle needs whole buffers and a secure context. */
'use strict';
(function (ZC) {
  /** The largest integer whose power of that degree is not above n. */
  function root(n, degree) {
    let x = 1n << BigInt(Math.ceil(n.toString(2).length / Number(degree)));
    for (;;) {
      const next = ((degree - 1n) * x + n / x ** (degree - 1n)) / degree;
      if (next >= x) return x;
      x = next;
    }
  }

  // The constants are the first fractional bits of roots of primes (FIPS 180-4 §4.2, §5.3): worked out, not typed.
  const primes = [];
  for (let n = 2n; primes.length < 80; n++) if (primes.every((p) => n % p)) primes.push(n);
  const K512 = primes.map((p) => BigInt.asUintN(64, root(p << 192n, 3n)));
  const H512 = primes.slice(0, 8).map((p) => BigInt.asUintN(64, root(p << 128n, 2n)));
  const K256 = Int32Array.from(K512.slice(0, 64), (k) => Number(k >> 32n));
  const H256 = Int32Array.from(H512, (h) => Number(h >> 32n));

  const W = new Int32Array(64);
  function compress(state, bytes, at) {
    for (let t = 0; t < 16; t++, at += 4) {
      W[t] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    }
    for (let t = 16; t < 64; t++) {
      const x = W[t - 15], y = W[t - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      W[t] = (W[t - 16] + s0 + W[t - 7] + s1) | 0;
    }
    let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
    for (let t = 0; t < 64; t++) {
      const S1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + S1 + ((e & f) ^ (~e & g)) + K256[t] + W[t]) | 0;
      const S0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (S0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }

  /** SHA-256 of bytes that come piece by piece. */
  class Sha256 {
    constructor() {
      this.state = H256.slice();
      this.block = new Uint8Array(64);
      this.filled = 0;
      this.length = 0;
    }

    update(bytes) {
      let at = 0;
      this.length += bytes.length;
      if (this.filled) {
        at = Math.min(64 - this.filled, bytes.length);
        this.block.set(bytes.subarray(0, at), this.filled);
        this.filled += at;
        if (this.filled < 64) return this;
        compress(this.state, this.block, 0);
      }
      for (; at + 64 <= bytes.length; at += 64) compress(this.state, bytes, at);
      this.block.set(bytes.subarray(at));
      this.filled = bytes.length - at;
      return this;
    }

    digest() {
      const bits = this.length * 8;
      this.block.fill(0, this.filled);
      this.block[this.filled] = 0x80;
      if (this.filled >= 56) {
        compress(this.state, this.block, 0);
        this.block.fill(0);
      }
      new DataView(this.block.buffer).setBigUint64(56, BigInt(bits));
      compress(this.state, this.block, 0);
      const out = new Uint8Array(32);
      const view = new DataView(out.buffer);
      this.state.forEach((word, i) => view.setInt32(4 * i, word));
      return out;
    }
  }

  /** SHA-256 of the parts, one behind the other. */
  function sha256(...parts) {
    const hash = new Sha256();
    for (const part of parts) hash.update(part);
    return hash.digest();
  }

  const rotate = (x, n) => (x >> n) | BigInt.asUintN(64, x << (64n - n));

  /** SHA-512; for signatures only, where it need not be fast. */
  function sha512(bytes) {
    const padded = new Uint8Array(Math.ceil((bytes.length + 17) / 128) * 128);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
    const state = H512.slice();
    const add = (...words) => BigInt.asUintN(64, words.reduce((sum, word) => sum + word));
    for (let at = 0; at < padded.length; at += 128) {
      const w = Array.from({ length: 16 }, (_, t) => view.getBigUint64(at + 8 * t));
      for (let t = 16; t < 80; t++) {
        const x = w[t - 15], y = w[t - 2];
        const s0 = rotate(x, 1n) ^ rotate(x, 8n) ^ (x >> 7n), s1 = rotate(y, 19n) ^ rotate(y, 61n) ^ (y >> 6n);
        w.push(add(w[t - 16], s0, w[t - 7], s1));
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let t = 0; t < 80; t++) {
        const t1 = add(h, rotate(e, 14n) ^ rotate(e, 18n) ^ rotate(e, 41n), (e & f) ^ (BigInt.asUintN(64, ~e) & g), K512[t], w[t]);
        const t2 = add(rotate(a, 28n) ^ rotate(a, 34n) ^ rotate(a, 39n), (a & b) ^ (a & c) ^ (b & c));
        [h, g, f, e, d, c, b, a] = [g, f, e, add(d, t1), c, b, a, add(t1, t2)];
      }
      [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] = add(state[i], word); });
    }
    const out = new Uint8Array(64);
    state.forEach((word, i) => new DataView(out.buffer).setBigUint64(8 * i, word));
    return out;
  }

  const CRC = Int32Array.from({ length: 256 }, (_, n) => {
    for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
    return n;
  });

  /** CRC-32 carried on over further bytes; begin with 0. */
  function crc32(crc, bytes) {
    crc = ~crc;
    for (let i = 0; i < bytes.length; i++) crc = CRC[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
    return ~crc >>> 0;
  }

  Object.assign(ZC, { Sha256, sha256, sha512, crc32 });
})((globalThis.ZC = globalThis.ZC || {}));
