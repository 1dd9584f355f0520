/* The log (format §2): one walk through headers and opened entries together, both being in order of `seq`. */
'use strict';
(function (ZC) {
  const COUNTS = ['rows_read', 'rows_opened', 'rows_unchanged', 'rows_refused'];
  const PROVENANCES = ['entered', 'imported', 'reconstructed'];
  const at = (header) => `seq ${header.seq} ${header.type}/${header.k} v${header.ver}`;

  class Log {
    constructor(find, wanted, placing, proved) {
      Object.assign(this, { find, wanted, placing, proved, tree: new ZC.Tree(), days: [], types: new Map(), broken: false });
      Object.assign(this, { genesis: null, defines: [], checkpoints: [], rotations: [], publishes: [], imports: [], openedNames: new Map() });
      this.pool = new Map(); // one copy of each text that is kept, free of the line that it was cut from
      this.taking = null; // the import whose entries are being read
    }

    own(value) {
      if (typeof value !== 'string') return value;
      if (!this.pool.has(value)) {
        const copy = JSON.parse(JSON.stringify(value));
        this.pool.set(copy, copy);
      }
      return this.pool.get(value);
    }

    get size() {
      return this.days.length;
    }

    /** What is kept of a type: last version of each record; of counted types the versions with the facts wanted. */
    of(type) {
      if (!this.types.has(type)) {
        const names = this.wanted.has(type) ? new Map([...this.wanted.get(type)].map((name, i) => [name, i])) : null;
        this.types.set(this.own(type), { last: [], entries: 0, names, records: [] });
      }
      return this.types.get(type);
    }

    add(header, bytes, opened) {
      if (!this.broken) this.order(header);
      this.tree.add(ZC.leafHash(bytes));
      this.days.push(this.own(header.d));
      if (this.broken) return; // said once; what stands behind cannot be told apart
      const facts = opened && this.unseal(header, opened) ? opened.facts : null;
      this.importing(header, facts);
      if (header.type.startsWith('ledger.')) this.ledger(header, facts, opened);
      const kept = this.of(header.type);
      if (kept.names) {
        const values = facts ? Array.from(kept.names.keys(), (name) => (name in facts ? this.own(facts[name][1]) : undefined)) : [];
        if (facts) this.kinds(header, opened, kept.names, values);
        const record = (kept.records[header.k - 1] = kept.records[header.k - 1] || []);
        record.push({ seq: header.seq, names: kept.names, values });
      }
      const publish = header.type === 'report.report' && header.act === 'publish';
      if (publish) this.publishes.push({ ...header, facts: facts && this.values(facts) });
      if (facts && !publish && !header.type.startsWith('ledger.') && !(header.type === 'core.import' && header.act === 'open')) {
        if (!this.openedNames.has(header.type)) this.openedNames.set(this.own(header.type), new Set());
        const names = this.openedNames.get(header.type);
        for (const name in facts) names.add(this.own(name));
      }
    }


    /** Facts that every version of a counted type opens (§5) and that are of the wrong kind count as not open. */
    kinds(header, opened, names, values) {
      const bad = [...names].filter(([name, i]) => {
        const value = values[i];
        if (value === undefined) return name === 'judged_at_once' && this.proved.has(header.type) && name in opened.digests;
        return (this.placing.get(header.type).has(name) && value !== null && !ZC.isDate(value)) || (name === 'state' && typeof value !== 'string')
          || (name === 'provenance' && !PROVENANCES.includes(value)) || (name === 'judged_at_once' && value !== null && typeof value !== 'boolean');
      });
      if (!bad.length) return;
      for (const [, i] of bad) values[i] = undefined;
      const listed = bad.map(([name]) => name).join(', ');
      this.find.red('kind', `事实类型不对或没有公开：${listed}`, `facts of the wrong kind, or not open: ${listed}`, at(header));
    }

    values(facts) {
      return Object.fromEntries(Object.keys(facts).map((name) => [name, facts[name][1]]));
    }

    /** Dense numbers and days that never fall. */
    order(header) {
      const kept = this.of(header.type), seq = this.size;
      const follows = header.ver === 1 ? header.k === kept.last.length + 1 : header.k <= kept.last.length && header.ver === kept.last[header.k - 1] + 1;
      const red = (zh, en) => this.find.red('log-order', zh, en, `headers.jsonl:${seq + 1}`);
      if (seq && header.d < this.days[seq - 1]) red('日期早于前一条', 'the day is before that of the entry above');
      if (header.seq !== seq || !follows) {
        this.broken = true;
        red('编号接不上：有条目被删去、插入或调换', 'the numbers do not follow on: an entry was removed, inserted or swapped');
        return;
      }
      kept.entries++;
      kept.last[header.k - 1] = header.ver;
    }

    /** Whether the digests are the header's and every opened fact has its digest. */
    unseal(header, opened) {
      const seal = ZC.hex(ZC.sha256(ZC.utf8(ZC.canonical([opened.outer, opened.digests]))));
      const names = Object.keys(opened.facts);
      const right = (name) => opened.digests[name] === ZC.hex(ZC.sha256(ZC.utf8(ZC.canonical([opened.facts[name][0], name, opened.facts[name][1]]))));
      const wrong = seal !== header.facts ? '' : names.find((name) => !right(name));
      if (wrong === undefined) return true;
      this.find.red('seal', wrong ? `公开的事实 ${wrong} 与日志中的摘要不符` : '公开的条目与日志中的摘要不符',
        wrong ? `the opened fact ${wrong} does not have the digest in the log` : 'the opened entry does not have the digest in the log', at(header));
      return false;
    }

    /** Imports and the entries behind them (§2 Imports). */
    importing(header, facts) {
      const red = (zh, en) => this.find.red('import', zh, en, at(header));
      const import_ = header.act === 'import';
      if (this.taking) {
        if (import_ && header.type === this.taking.process && header.ver === 1) {
          if (--this.taking.left === 0) this.taking = null;
          return;
        }
        this.importEnds(at(header));
      }
      if (import_ && !this.unknown) red('导入的条目前面没有导入记录', 'an imported entry stands behind no import');
      if (!import_) this.unknown = false;
      if (header.type !== 'core.import' || header.act !== 'open') return;
      const said = facts && this.values(facts);
      if (!said || header.ver !== 1 || !ZC.isType(said.process) || !COUNTS.every((name) => ZC.isCount(said[name]))) {
        red('导入记录没有公开全部行数', 'the import does not open all its numbers');
        this.unknown = true; // said once, not for every entry behind it
        return;
      }
      if (said.rows_read !== said.rows_opened + said.rows_unchanged + said.rows_refused) red('导入记录的行数加不起来', 'the numbers of the import do not add up');
      this.imports.push({ seq: header.seq, k: header.k, process: this.own(said.process), refused: said.rows_refused });
      if (said.rows_opened) this.taking = { process: this.own(said.process), left: said.rows_opened };
    }

    importEnds(where) {
      if (!this.taking) return;
      this.find.red('import', `导入的条目比导入记录所写的少 ${this.taking.left} 条`, `${this.taking.left} imported entries fewer than the import states`, where);
      this.taking = null;
    }

    /** Entries of the log about itself: all facts open, and of the kinds that §2 names. */
    ledger(header, sealed, opened) {
      const bad = (zh, en) => this.find.red('ledger', zh, en, at(header));
      if (!sealed || Object.keys(opened.digests).length !== Object.keys(sealed).length) bad('日志自身的条目没有全部公开', 'an entry of the log about itself is not fully open');
      if (!sealed) return;
      const facts = this.values(sealed), entry = { ...header, facts };
      const once = (act) => header.act === act && header.ver === 1;
      const forms = {
        'ledger.genesis': () => header.seq === 0 && once('genesis') && ['enterprise', 'credit_code', 'release', 'origin'].every((n) => ZC.isText(facts[n]))
          && Array.isArray(facts.sites) && (facts.predecessor === null || ZC.isText(facts.predecessor)),
        'ledger.define': () => header.act === 'define' && header.k === 1 && ZC.isText(facts.release),
        'ledger.checkpoint': () => once('sign') && ZC.isCount(facts.size) && ZC.isHash(facts.root),
        'ledger.key': () => once('rotate') && ['old', 'new', 'signed_old', 'signed_new', 'ground'].every((n) => ZC.isText(facts[n])),
      };
      if (Object.hasOwn(forms, header.type) && !forms[header.type]()) bad('日志自身的条目不合规定', 'an entry of the log about itself is not as prescribed');
      if (header.type === 'ledger.genesis') this.genesis = entry;
      if (header.type === 'ledger.define') this.defines.push(entry);
      if (header.type === 'ledger.key') this.rotations.push(entry);
      if (header.type !== 'ledger.checkpoint' || !ZC.isCount(facts.size)) return;
      if (facts.size > header.seq) { bad('检查点比它之前的条目还多', 'a checkpoint of more entries than stand before it'); return; }
      this.checkpoints.push(entry);
      if (ZC.hex(this.tree.root(facts.size)) !== facts.root) {
        this.find.red('logged-checkpoint', '日志中登记的检查点与日志本身不符', 'a checkpoint in the log is not a root of the log', at(header));
      }
    }

    /** The version of a record in force at a size, or undefined. */
    inForce(versions, size) {
      return versions.findLast((version) => version.seq < size);
    }

    /** Versions of all records of a counted type. */
    records(type) {
      return this.types.has(type) ? this.of(type).records : [];
    }
  }

  /** Read headers.jsonl and opened.jsonl; `wanted`, `placing`: type -> names of facts. */
  async function readLog(source, members, { wanted, placing, proved }, find, seen) {
    const log = new Log(find, wanted, placing, proved);
    const headers = new ZC.Lines(source, members.get('headers.jsonl'), 1 << 16, seen);
    const entries = new ZC.Lines(source, members.get('opened.jsonl'), 1 << 20, seen);
    let before = -1;
    const nextOpened = async () => {
      const line = await entries.value();
      if (!line) return null;
      if (!ZC.isOpened(line.value) || line.value.seq <= before) throw entries.fail('不是公开的条目，或次序不对', 'not an opened entry, or out of order');
      before = line.value.seq;
      return line.value;
    };
    let opened = await nextOpened();
    for (let line = await headers.value(); line; line = await headers.value()) {
      const header = line.value;
      if (!ZC.isHeader(header)) throw headers.fail('不是条目的头', 'not the header of an entry');
      const mine = opened && opened.seq === log.size;
      log.add(header, line.bytes, mine ? opened : null);
      if (mine) opened = await nextOpened();
    }
    if (!log.broken) log.importEnds('headers.jsonl');
    for (; opened; opened = await nextOpened()) if (!log.broken) find.red('opened-nothing', '公开的条目在日志中不存在', 'an opened entry does not exist in the log', `seq ${opened.seq}`);
    return log;
  }

  Object.assign(ZC, { readLog });
})((globalThis.ZC = globalThis.ZC || {}));
