/* The container (format §5): a stored zip that must be, byte for byte, the one its members make. */
'use strict';
(function (ZC) {
  const MIB = 1 << 20, KIB = 1 << 10;
  const PIECE = 2 * MIB; // how much of a file is in memory at a time
  const ORDER = ['manifest.json', 'checkpoint-a.txt', 'checkpoint-b.txt', 'key.txt', 'headers.jsonl', 'opened.jsonl',
    'definitions.json', 'report.json', 'anchors.jsonl'];
  const CAPS = { 'headers.jsonl': 2048 * MIB, 'opened.jsonl': 2048 * MIB, 'definitions.json': 64 * MIB, 'report.json': 64 * MIB,
    'anchors.jsonl': 64 * MIB, 'key.txt': KIB };

  /** Bytes to read from: a File, piece by piece, so that 2 GiB need no memory. */
  function fileSource(file) {
    return { size: file.size, read: async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer()) };
  }

  /** The same of bytes in memory. */
  function bytesSource(bytes) {
    return { size: bytes.length, read: async (from, to) => bytes.subarray(from, to) };
  }

  /** The bytes from `from` to `to`, in pieces. */
  async function* pieces(source, from, to, seen = () => {}) {
    for (let at = from; at < to; at += PIECE) {
      const piece = await source.read(at, Math.min(at + PIECE, to));
      if (piece.length !== Math.min(PIECE, to - at)) throw new ZC.Unreadable('读文件时中断了', 'the file could not be read to its end');
      seen(piece.length);
      yield piece;
    }
  }

  /** SHA-256, in hex, of a whole source. */
  async function hashSource(source, seen) {
    const hash = new ZC.Sha256();
    for await (const piece of pieces(source, 0, source.size, seen)) hash.update(piece);
    return ZC.hex(hash.digest());
  }

  function little(...fields) {
    const out = [];
    for (const [value, length] of fields) for (let i = 0; i < length; i++) out.push(Math.floor(value / 2 ** (8 * i)) & 255);
    return Uint8Array.from(out);
  }

  // version 20, flags 0, stored, 1980-01-01 00:00:00, crc, both sizes, length of the name, no extra field
  const shared = (m) => [[20, 2], [0, 2], [0, 2], [0, 2], [0x21, 2], [m.crc, 4], [m.size, 4], [m.size, 4], [m.name.length, 2], [0, 2]];
  const localHeader = (m) => ZC.join(little([0x04034b50, 4], ...shared(m)), ZC.utf8(m.name));
  const centralHeader = (m) => ZC.join(
    little([0x02014b50, 4], [20, 1], [3, 1], ...shared(m), [0, 2], [0, 2], [0, 2], [(0o100644 << 16) >>> 0, 4], [m.start, 4]), ZC.utf8(m.name));

  /**
   * The members of the archive: name -> {offset, size, crc}. Each header and the directory are built anew from
   * what was read and compared, which leaves no room for anything else.
   */
  async function openZip(source) {
    const bad = (zh, en) => new ZC.Unreadable(`证明包不是规定的容器：${zh}`, `the container is not the prescribed one: ${en}`);
    if (source.size >= 2 ** 32) throw bad('达到或超过 4 GiB', '4 GiB or more');
    const members = new Map();
    let at = 0, next = 0;
    for (;;) {
      const head = await source.read(at, Math.min(at + 64, source.size));
      const view = new DataView(head.buffer, head.byteOffset, head.length);
      if (head.length < 30 || view.getUint32(0, true) !== 0x04034b50) break;
      const name = String.fromCharCode(...head.subarray(30, 30 + view.getUint16(26, true)));
      while (next < ORDER.length && ORDER[next] !== name) next++;
      if (next++ >= ORDER.length) throw bad(`多余、重复或次序不对的成员 ${ZC.quote(name)}`, `a member too many, twice or out of order: ${ZC.quote(name)}`);
      const member = { name, start: at, offset: at + 30 + name.length, crc: view.getUint32(14, true), size: view.getUint32(22, true) };
      if (member.size > (CAPS[name] ?? 64 * KIB)) throw bad(`${name} 过大`, `${name} is too large`);
      if (member.offset + member.size > source.size) throw bad(`${name} 残缺`, `${name} is cut off`);
      if (!ZC.same(localHeader(member), head.subarray(0, 30 + name.length))) throw bad(`${name} 的头不对`, `the header of ${name} is not right`);
      members.set(name, member);
      at = member.offset + member.size;
    }
    const missing = ORDER.slice(0, 8).find((name) => !members.has(name));
    if (missing) throw bad(`没有 ${missing}`, `no ${missing}`);
    const directory = ZC.join(...[...members.values()].map(centralHeader));
    const end = ZC.join(directory, little([0x06054b50, 4], [0, 2], [0, 2], [members.size, 2], [members.size, 2], [directory.length, 4], [at, 4], [0, 2]));
    if (source.size - at !== end.length || !ZC.same(end, await source.read(at, source.size))) throw bad('目录不对', 'its directory is not right');
    return members;
  }

  /** Adds SHA-256 to a member, and whether it has the CRC-32 that the archive states. */
  async function sumMember(source, member, seen) {
    const hash = new ZC.Sha256();
    let crc = 0;
    for await (const piece of pieces(source, member.offset, member.offset + member.size, seen)) {
      hash.update(piece);
      crc = ZC.crc32(crc, piece);
    }
    Object.assign(member, { sha256: ZC.hex(hash.digest()), whole: crc === member.crc });
  }

  /** The whole text of a member. */
  async function memberText(source, member) {
    const bytes = await source.read(member.offset, member.offset + member.size);
    try {
      return ZC.text(bytes);
    } catch {
      throw new ZC.Unreadable('不是 UTF-8', 'not UTF-8', member.name);
    }
  }

  /** The lines of a member, each ending in a newline and no longer than `cap` bytes; null behind the last. */
  class Lines {
    constructor(source, member, cap, seen) {
      Object.assign(this, { member, cap, number: 0, rest: new Uint8Array(0), at: 0 });
      this.pieces = member ? pieces(source, member.offset, member.offset + member.size, seen) : null;
    }

    fail(zh, en) {
      return new ZC.Unreadable(zh, en, `${this.member.name}:${this.number}`);
    }

    async next() {
      if (!this.pieces) return null;
      let end = this.rest.indexOf(10, this.at);
      while (end < 0) {
        const more = await this.pieces.next();
        const left = this.rest.length - this.at;
        if (more.done && !left) return null;
        this.number += more.done || left > this.cap ? 1 : 0;
        if (more.done) throw this.fail('最后一行没有换行', 'the last line has no newline');
        if (left > this.cap) throw this.fail('这一行过长', 'this line is too long');
        this.rest = left ? ZC.join(this.rest.subarray(this.at), more.value) : more.value;
        this.at = 0;
        end = this.rest.indexOf(10, left);
      }
      const bytes = this.rest.subarray(this.at, end);
      this.at = end + 1;
      this.number++;
      if (bytes.length > this.cap) throw this.fail('这一行过长', 'this line is too long');
      return bytes;
    }

    /** The next line as canonical JSON: {bytes, value}, or null. */
    async value() {
      const bytes = await this.next();
      if (!bytes) return null;
      try {
        return { bytes, value: ZC.readCanonical(ZC.text(bytes)) };
      } catch (error) {
        throw this.fail('不是规范的 JSON', `not canonical JSON: ${error.message}`);
      }
    }
  }

  Object.assign(ZC, { fileSource, bytesSource, hashSource, openZip, sumMember, memberText, Lines });
})((globalThis.ZC = globalThis.ZC || {}));
