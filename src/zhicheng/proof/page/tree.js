/* The Merkle tree of RFC 6962 §2.1, with the root of every size it ever had. */
'use strict';
(function (ZC) {
  const LEAF = Uint8Array.of(0), NODE = Uint8Array.of(1);

  /** H(0x00 || entry). */
  function leafHash(bytes) {
    return ZC.sha256(LEAF, bytes);
  }

  /** H(0x01 || left || right). */
  function nodeHash(left, right) {
    return ZC.sha256(NODE, left, right);
  }

  /** Hashes one behind the other, in an array that grows. */
  class Hashes {
    constructor() {
      this.bytes = new Uint8Array(1 << 10);
      this.count = 0;
    }

    push(hash) {
      if ((this.count + 1) * 32 > this.bytes.length) {
        const larger = new Uint8Array(this.bytes.length * 2);
        larger.set(this.bytes);
        this.bytes = larger;
      }
      this.bytes.set(hash, 32 * this.count++);
    }

    get(i) {
      return this.bytes.subarray(32 * i, 32 * i + 32);
    }
  }

  /** A tree that grows by leaf hashes and keeps all full nodes: 64 bytes an entry. */
  class Tree {
    constructor() {
      this.levels = [];
    }

    get size() {
      return this.levels.length ? this.levels[0].count : 0;
    }

    add(hash) {
      for (let level = 0; ; level++) {
        const row = (this.levels[level] = this.levels[level] || new Hashes());
        row.push(hash);
        if (row.count % 2) return;
        hash = nodeHash(row.get(row.count - 2), row.get(row.count - 1));
      }
    }

    /** The root of the first `size` leaves: the full subtrees that make them up, joined from the right. */
    root(size) {
      if (size === 0) return ZC.sha256();
      let out = null;
      for (let level = 0, left = size; left; level++, left = Math.floor(left / 2)) {
        if (left % 2) out = out ? nodeHash(this.levels[level].get(left - 1), out) : this.levels[level].get(left - 1).slice();
      }
      return out;
    }
  }

  /** Whether a leaf is number `index` of a tree of that size and root (RFC 9162 §2.1.3.2). */
  function included(index, size, leaf, proof, root) {
    if (!(index >= 0 && index < size) || [leaf, root, ...proof].some((hash) => hash.length !== 32)) return false;
    let node = BigInt(index), last = BigInt(size) - 1n, hash = leaf;
    for (const step of proof) {
      if (last === 0n) return false;
      if (node & 1n || node === last) {
        hash = nodeHash(step, hash);
        while (!(node & 1n) && node) { node >>= 1n; last >>= 1n; }
      } else hash = nodeHash(hash, step);
      node >>= 1n;
      last >>= 1n;
    }
    return last === 0n && ZC.same(hash, root);
  }

  Object.assign(ZC, { included, leafHash, nodeHash, Tree });
})((globalThis.ZC = globalThis.ZC || {}));
