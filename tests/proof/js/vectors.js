/*
 * Runs vector files through the page's primitives: runVectors(name, cases) -> [ids that failed, with why].
 * Loaded in Node (vectors-node.js) or in the page by a test; proofs are checked here only, as the bundle needs none.
 */
'use strict';
(function () {
  const ZC = globalThis.ZC;
  const { hex, unhex, utf8, unbase64, base64 } = ZC;
  const same = (got, want) => (got === want ? '' : `${got} instead of ${want}`);

  function tree(count, leaf) {
    const out = new ZC.Tree();
    for (let i = 0; i < count; i++) out.add(ZC.leafHash(leaf(i)));
    return out;
  }

  const split = (n) => { let k = 1; while (k * 2 < n) k *= 2; return k; };
  // RFC 6962 §2.1.1 and §2.1.2, read literally over ranges [from, to) of leaf hashes.
  function range(t, from, to) {
    if (to - from === 1) return t.levels[0].get(from);
    const k = split(to - from);
    return ZC.nodeHash(range(t, from, from + k), range(t, from + k, to));
  }
  function path(t, m, from, to) {
    if (to - from === 1) return [];
    const k = split(to - from);
    return m < k ? [...path(t, m, from, from + k), range(t, from + k, to)] : [...path(t, m - k, from + k, to), range(t, from, from + k)];
  }
  function subproof(t, m, from, to, whole) {
    if (m === to - from) return whole ? [] : [range(t, from, to)];
    const k = split(to - from);
    return m <= k ? [...subproof(t, m, from, from + k, whole), range(t, from + k, to)] : [...subproof(t, m - k, from + k, to, false), range(t, from, from + k)];
  }

  // RFC 9162 §2.1.4.2.
  function consistent(first, second, one, two, proof) {
    if (first < 1 || first > second) return false;
    if (first === second) return !proof.length && hex(one) === hex(two);
    if (!proof.length || proof.some((p) => p.length !== 32)) return false;
    const list = (first & (first - 1)) === 0 ? [one, ...proof] : proof;
    let [f, s] = [first - 1, second - 1];
    while (f & 1) { f >>>= 1; s >>>= 1; }
    let [fr, sr] = [list[0], list[0]];
    for (const c of list.slice(1)) {
      if (s === 0) return false;
      if (f & 1 || f === s) {
        fr = ZC.nodeHash(c, fr); sr = ZC.nodeHash(c, sr);
        while (!(f & 1) && f) { f >>>= 1; s >>>= 1; }
      } else sr = ZC.nodeHash(sr, c);
      f >>>= 1; s >>>= 1;
    }
    return s === 0 && hex(fr) === hex(one) && hex(sr) === hex(two);
  }

  function double(digits) {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, BigInt('0x' + digits));
    return view.getFloat64(0);
  }

  function note(c) {
    if (c.vkey) return ZC.readVkey(c.vkey) ? 'taken' : 'refused';
    const read = ZC.readNote(unbase64(c.note_b64));
    if (!read) return 'refused';
    const verdicts = c.vkeys.map((key) => ZC.signedBy(read, ZC.readVkey(key)));
    return verdicts.includes(true) && !verdicts.includes(false) ? 'taken' : 'refused';
  }

  const pass = (ok) => (ok ? '' : 'wrong');
  const RUN = {
    merkle_hasher: (c) => {
      const parts = c.in_hex.map(unhex);
      return same(hex(c.op === 'empty' ? new ZC.Tree().root(0) : c.op === 'leaf' ? ZC.leafHash(parts[0]) : ZC.nodeHash(...parts)), c.want_hex);
    },
    merkle_roots: (c) => same(hex(tree(c.leaves_hex.length, (i) => unhex(c.leaves_hex[i])).root(c.leaves_hex.length)), c.root_hex),
    merkle_inclusion: (c) => pass(ZC.included(c.leafIdx, c.treeSize, unbase64(c.leafHash), (c.proof ?? []).map(unbase64), unbase64(c.root)) === !c.wantErr),
    merkle_consistency: (c) => pass(consistent(c.size1, c.size2, unbase64(c.root1), unbase64(c.root2), (c.proof ?? []).map(unbase64)) === !c.wantErr),
    merkle_accumulators: (c) => {
      const t = tree(130, (i) => Uint8Array.of(i)), hash = new ZC.Sha256();
      for (let n = 0; n <= 130; n++) {
        if (c.id === 'plain-root') hash.update(utf8(`${n} ${hex(t.root(n))}\n`));
        for (let m = 1; c.id === 'plain-consistency' && m <= n; m++) hash.update(utf8(`${m} ${n}${subproof(t, m, 0, n, true).map((p) => ' ' + hex(p)).join('')}\n`));
      }
      return same(hex(hash.digest()), c.want);
    },
    merkle_large: (c) => {
      const t = tree(c.size, (i) => utf8(`{"i":${i},"k":"质量"}`)), root = t.root(c.size);
      if (base64(root) !== c.root) return 'root';
      for (const { i, proof } of c.inclusion) {
        if (path(t, i, 0, c.size).map(base64).join() !== proof.join() || !ZC.included(i, c.size, t.levels[0].get(i), proof.map(unbase64), root)) return `inclusion ${i}`;
      }
      for (const { m, root_m, proof } of c.consistency) {
        if (base64(t.root(m)) !== root_m || subproof(t, m, 0, c.size, true).map(base64).join() !== proof.join()) return `consistency ${m}`;
      }
      return '';
    },
    jcs_files: (c) => same(hex(utf8(ZC.canonical(ZC.parseJson(c.input_utf8)))), c.want_hex),
    jcs_chinese: (c) => same(hex(utf8(ZC.canonical(ZC.parseJson(c.input_utf8)))), c.want_hex),
    jcs_numbers_appendix_b: (c) => { try { return same(ZC.canonical(double(c.ieee_hex)), c.want); } catch { return same(null, c.want); } },
    jcs_numbers_es6: (c) => same(ZC.canonical(double(c.x)), c.want),
    jcs_refuse: (c) => { try { ZC.readCanonical(c.input_utf8); return 'taken'; } catch { return ''; } },
    signed_note: (c) => (c.id === 'sign' ? pass(note({ note_b64: base64(utf8(c.want)), vkeys: ['PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'] }) === 'taken') : pass((note(c) === 'taken') === c.ok)),
    checkpoint: (c) => {
      const got = ZC.readCheckpointText(c.text);
      return pass(c.ok ? got && got.origin === c.origin && got.size === c.size && base64(got.hash) === c.hash_b64 : !got);
    },
    cosignature: (c) => {
      const read = ZC.readNote(utf8(c.note)), keys = [c.log_vkey, c.witness_vkey].map(ZC.readVkey);
      return pass((Boolean(read) && keys.every((key) => key && ZC.signedBy(read, key) === true)) === c.ok);
    },
    ed25519: (c) => pass(ZC.ed25519(unhex(c.pk_hex), unhex(c.msg_hex), unhex(c.sig_hex)) === (c.result === 'valid')),
  };

  /** Failures of a vector file, one text each; null for a file about something else. */
  globalThis.runVectors = (name, cases) => (RUN[name] ? cases.flatMap((c) => { const why = RUN[name](c); return why ? [`${c.id}: ${why}`] : []; }) : null);
})();
