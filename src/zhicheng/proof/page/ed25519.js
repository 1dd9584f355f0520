/* Ed25519 verification (RFC 8032 §5.1). Nothing secret is handled, so BigInt, which is not constant-time, will do. */
'use strict';
(function (ZC) {
  const P = 2n ** 255n - 19n;
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const mod = (n) => ((n % P) + P) % P;

  function power(base, exponent) {
    let out = 1n;
    for (base = mod(base); exponent; exponent >>= 1n, base = (base * base) % P) if (exponent & 1n) out = (out * base) % P;
    return out;
  }

  const inverse = (n) => power(n, P - 2n);
  const D = mod(-121665n * inverse(121666n));
  const ROOT = power(2n, (P - 1n) / 4n); // a square root of -1
  const ZERO = [0n, 1n, 1n, 0n];

  function number(bytes) {
    return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  }

  // Points are [X, Y, Z, T] with x = X/Z, y = Y/Z, xy = T/Z (§5.1.4).
  function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
    const a = ((y1 - x1) * (y2 - x2)) % P, b = ((y1 + x1) * (y2 + x2)) % P;
    const c = (((2n * t1 * t2) % P) * D) % P, d = (2n * z1 * z2) % P;
    const e = b - a, f = d - c, g = d + c, h = b + a;
    return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
  }

  function encode([x, y, z]) {
    const over = inverse(z);
    let n = ((y * over) % P) | (((x * over) % P & 1n) << 255n);
    return Uint8Array.from({ length: 32 }, () => { const byte = Number(n & 255n); n >>= 8n; return byte; });
  }

  /** A point of its 32 bytes (§5.1.3), or null: y must be below p, and x = 0 has no sign. */
  function decode(bytes) {
    const all = number(bytes), y = all & (2n ** 255n - 1n), sign = all >> 255n;
    if (bytes.length !== 32 || y >= P) return null;
    const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
    let x = power(square, (P + 3n) / 8n);
    if ((x * x) % P !== square) x = (x * ROOT) % P;
    if ((x * x) % P !== square || (x === 0n && sign)) return null;
    if ((x & 1n) !== sign) x = P - x;
    return [x, y, 1n, (x * y) % P];
  }

  const BASE = decode(encode([0n, 4n * inverse(5n), 1n]));

  function isSmall(point) {
    const [x, y, z] = [1, 2, 3].reduce((p) => add(p, p), point);
    return x === 0n && y === z;
  }

  /**
   * Whether the signature is one by this key (§5.1.7). Strict: S below L, a canonical key not of small order, and
   * the equation without the factor 8, compared as bytes, so that no two verifiers can differ (format §3).
   */
  function ed25519(key, message, signature) {
    if (key.length !== 32 || signature.length !== 64) return false;
    const A = decode(key), S = number(signature.subarray(32));
    if (!A || S >= L || isSmall(A)) return false;
    const k = number(ZC.sha512(ZC.join(signature.subarray(0, 32), key, message))) % L;
    const minus = [P - A[0], A[1], 1n, mod(-A[3])], both = add(BASE, minus);
    let sum = ZERO; // [S]B - [k]A, both at once
    for (let bit = 252n; bit >= 0n; bit--) {
      sum = add(sum, sum);
      const s = (S >> bit) & 1n, h = (k >> bit) & 1n;
      if (s || h) sum = add(sum, s ? (h ? both : BASE) : minus);
    }
    return ZC.same(encode(sum), signature.subarray(0, 32));
  }

  Object.assign(ZC, { ed25519 });
})((globalThis.ZC = globalThis.ZC || {}));
