/* C2SP signed notes, checkpoints, verifier keys and cosignatures (format §3). */
'use strict';
(function (ZC) {
  const DASH = '\u2014 ';
  const MOST = 100, LONGEST = 1 << 16; // lines and bytes of a note
  const isName = (name) => name !== '' && !/[\p{White_Space}\u0000-\u001f+]/u.test(name);

  /** The key of a vkey text `name+id+base64(algorithm || key)`, or null. */
  function readVkey(spelt) {
    if (typeof spelt !== 'string') return null;
    const parts = /^([^+]+)\+([0-9a-fA-F]{8})\+(.+)$/su.exec(spelt);
    const blob = parts && isName(parts[1]) && ZC.unbase64(parts[3]);
    if (!blob || blob.length !== 33 || (blob[0] !== 1 && blob[0] !== 4)) return null;
    const id = ZC.hex(ZC.sha256(ZC.utf8(parts[1] + '\n'), blob).subarray(0, 4));
    if (id !== parts[2].toLowerCase()) return null;
    return { name: parts[1], id, algorithm: blob[0], key: blob.subarray(1), fingerprint: ZC.hex(ZC.sha256(blob)) };
  }

  /** The parts of a signed note (C2SP signed-note), or null: its text and its signature lines. */
  function readNote(bytes) {
    let all;
    if (bytes.length > LONGEST) return null;
    try { all = ZC.text(bytes); } catch { return null; }
    const cut = all.lastIndexOf('\n\n');
    if (cut < 0 || !all.endsWith('\n') || /[\u0000-\u0009\u000b-\u001f]/.test(all)) return null;
    const lines = all.slice(cut + 2).split('\n').slice(0, -1);
    const signatures = lines.map((line) => {
      const parts = line.startsWith(DASH) ? line.slice(DASH.length).split(' ') : [];
      const blob = parts.length === 2 && isName(parts[0]) ? ZC.unbase64(parts[1]) : null;
      return blob && blob.length > 4 && { name: parts[0], id: ZC.hex(blob.subarray(0, 4)), bytes: blob.subarray(4) };
    });
    if (!signatures.length || signatures.length > MOST || !signatures.every(Boolean)) return null;
    return { text: all.slice(0, cut + 1), signatures };
  }

  /** Origin, size and hash of a checkpoint's text, exactly three lines, or null. */
  function readCheckpointText(text) {
    const parts = /^([^\n]+)\n(0|[1-9][0-9]{0,19})\n([^\n]+)\n$/.exec(text);
    const hash = parts && ZC.unbase64(parts[3]);
    if (!hash || BigInt(parts[2]) >= 2n ** 64n) return null;
    return { origin: parts[1], size: Number(parts[2]), hash };
  }

  /** A checkpoint (format §3): a signed note over origin, size and a root of 32 bytes; or null. */
  function readCheckpoint(bytes) {
    const note = readNote(bytes), parts = note && readCheckpointText(note.text);
    return parts && parts.hash.length === 32 ? { ...note, origin: parts.origin, size: parts.size, root: ZC.hex(parts.hash) } : null;
  }

  /** What a line signs: the note, or for a witness the note under its time (C2SP tlog-cosignature). */
  function checkLine(note, vkey, bytes) {
    if (vkey.algorithm === 1) return ZC.ed25519(vkey.key, ZC.utf8(note.text), bytes);
    if (bytes.length !== 72) return false;
    const time = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
    return ZC.ed25519(vkey.key, ZC.utf8(`cosignature/v1\ntime ${time}\n${note.text}`), bytes.subarray(8));
  }

  /** `true` signed by the key, `false` a line of the key that does not verify, `null` no line of the key. */
  function signedBy(note, vkey) {
    const lines = note.signatures.filter((line) => line.name === vkey.name && line.id === vkey.id);
    return lines.length ? lines.every((line) => checkLine(note, vkey, line.bytes)) : null;
  }

  /** The day on which a witness last cosigned a note that it did cosign. */
  function cosignedOn(note, vkey) {
    const times = note.signatures.filter((line) => line.name === vkey.name && line.id === vkey.id)
      .map(({ bytes }) => new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
    const last = times.reduce((x, y) => (x > y ? x : y)), most = 2n ** 37n;
    return new Date(Number(last < most ? last : most) * 1000).toISOString().slice(0, 10);
  }

  Object.assign(ZC, { readVkey, readNote, readCheckpointText, readCheckpoint, signedBy, cosignedOn });
})((globalThis.ZC = globalThis.ZC || {}));
