/* What the verifier decides (format §3 to §8), in the order of a reader's questions. */
'use strict';
(function (ZC) {
  const MANY = 20; // findings of one code that are written out
  const PUBLISHED = ['pdf', 'docx', 'html', 'report_json', 'definitions', 'a_size', 'a_root', 'edition', 'opened_list', 'state'];
  const { quote } = ZC;

  /** Findings: red is false, `unchecked` is not checked, amber is told, ok is proved. */
  class Findings {
    constructor() {
      this.list = [];
      this.counts = new Map();
    }

    add(level, code, zh, en, where, unchecked = false) {
      const count = (this.counts.get(code) ?? 0) + 1;
      this.counts.set(code, count);
      if (count <= MANY) this.list.push({ level, code, zh, en, where: where ?? '', unchecked });
      if (count === MANY + 1) this.list.push({ level, code, zh: '', en: '', where: '', unchecked });
      if (count > MANY) {
        const last = this.list.findLast((one) => one.code === code);
        [last.total, last.zh, last.en] = [count, `同样的共 ${count} 条，只写出 ${MANY} 条`, `${count} of this kind, of which ${MANY} are written out`];
      }
    }

    red(code, zh, en, where) { this.add('red', code, zh, en, where); }
    told(code, zh, en, where) { this.add('amber', code, zh, en, where); }
    unchecked(code, zh, en, where) { this.add('amber', code, zh, en, where, true); }
    ok(code, zh, en, where) { this.add('ok', code, zh, en, where); }
    get exit() { return this.list.some((f) => f.level === 'red') ? 1 : this.list.some((f) => f.unchecked) ? 3 : 0; }
  }

  class Verifier {
    constructor(input) {
      Object.assign(this, { input, find: new Findings(), done: 0 });
      this.data = { report: null, log: null, figures: [], targets: [], declared: [], numerals: [] };
      const total = 2 * input.bundle.size + (input.report ? input.report.size : 0);
      this.seen = (bytes) => { this.done += bytes; if (input.progress) input.progress(Math.min(1, this.done / total)); };
    }

    async run() {
      ZC.readHeld(this);
      try {
        await this.judge();
      } catch (error) {
        if (!(error instanceof ZC.Unreadable) || !this.changed) throw error;
        this.find.red('unreadable', error.zh, error.en, error.where); // a member that was changed is false, readable or not (§8)
      }
    }

    async judge() {
      await this.open();
      if (!this.namesKnown()) return;
      this.anchors = await ZC.readAnchors(this);
      this.log = await ZC.readLog(this.input.bundle, this.members, this.facts(), this.find, this.seen);
      this.checkLog();
      this.checkKeys();
      if (this.log.broken) return;
      ZC.checkAnchors(this);
      await this.checkPublication();
      this.checkDefinitions();
      this.checkTypes();
      this.data.figures = ZC.checkFigures(this);
      for (const target of this.report.targets) this.data.targets.push(ZC.checkTarget(this, target));
      for (const declared of this.report.declared) this.data.declared.push(ZC.checkDeclared(this, declared));
      this.data.numerals = ZC.checkDocument(this);
      this.tell();
    }

    /** Container, manifest and the small members (§5). */
    async open() {
      const source = this.input.bundle;
      this.members = await ZC.openZip(source);
      const read = async (name, test) => {
        const text = await ZC.memberText(source, this.members.get(name));
        let value;
        try { value = ZC.readCanonical(text); } catch (error) { throw new ZC.Unreadable('不是规范的 JSON', `not canonical JSON: ${error.message}`, name); }
        if (!test(value)) throw new ZC.Unreadable('不是规定的内容', 'not of the prescribed form', name);
        return value;
      };
      const stated = (await read('manifest.json', ZC.isManifest)).members;
      const others = [...this.members.keys()].filter((name) => name !== 'manifest.json');
      if (Object.keys(stated).length !== others.length || !others.every((name) => name in stated)) {
        throw new ZC.Unreadable('清单所列的不是这些成员', 'the manifest lists other members', 'manifest.json');
      }
      for (const [name, member] of this.members) {
        await ZC.sumMember(source, member, this.seen);
        if (member.whole && (name === 'manifest.json' || ZC.canonical(stated[name]) === ZC.canonical({ sha256: member.sha256, size: member.size }))) continue;
        this.changed = true;
        this.find.red('member-changed', `${name} 与清单或校验和不符，被改过`, `${name} is not what the manifest or the checksum states: it was changed`, name);
      }
      const key = await ZC.memberText(source, this.members.get('key.txt'));
      this.key = key.endsWith('\n') ? ZC.readVkey(key.slice(0, -1)) : null;
      if (!this.key || this.key.algorithm !== 1) throw new ZC.Unreadable('不是公钥', 'not a verifier key', 'key.txt');
      [this.a, this.b] = [await this.checkpoint('checkpoint-a.txt'), await this.checkpoint('checkpoint-b.txt')];
      this.report = await read('report.json', ZC.isReport);
      this.definitions = await read('definitions.json', ZC.isDefinitions);
    }

    async checkpoint(name) {
      const note = ZC.readCheckpoint(ZC.utf8(await ZC.memberText(this.input.bundle, this.members.get(name))));
      if (!note) throw new ZC.Unreadable('不是检查点', 'not a checkpoint', name);
      return note;
    }

    /** Whether every figure has a definition and every target an existing figure; else there is nothing to recompute. */
    namesKnown() {
      const { report, definitions, find } = this;
      const lost = report.figures.find((figure) => !(figure.metric in definitions.metrics));
      const loose = report.targets.find((target) => target.figure !== null && !report.figures.some((figure) => figure.no === target.figure));
      if (lost) find.red('no-definition', `${lost.no} 的指标没有定义`, `${lost.no} has no definition`, 'definitions.json');
      if (loose) find.red('no-figure', `${loose.no} 所指的数字不存在`, `${loose.no} names no figure`, 'report.json');
      return !lost && !loose;
    }

    /** Of each counted type (§5) the facts to keep, those that place its records, and whether this bundle must prove it. */
    facts() {
      const wanted = new Map(), placing = new Map(), proved = new Set();
      const put = (map, type, ...names) => map.set(type, new Set([...(map.get(type) ?? []), ...names]));
      for (const figure of this.report.figures) {
        const metric = this.definitions.metrics[figure.metric];
        if (metric.form === 'quotient') continue; // reads no records: it stands on two other figures
        put(wanted, metric.type, ...ZC.factsRead(metric, figure.slice), ...(metric.failed ? [metric.failed[0]] : []));
        put(placing, metric.type, metric.placed_by);
        if (!figure.full_only) proved.add(metric.type);
      }
      for (const { record, fact } of [...this.report.targets, ...this.report.declared]) {
        put(wanted, record.type, fact);
        proved.add(record.type);
      }
      for (const { record } of this.report.declared) put(wanted, record.type, 'unit', 'evidence');
      for (const type of wanted.keys()) {
        if (!placing.has(type)) put(placing, type, 'occurred_on');
        put(wanted, type, ...placing.get(type), 'state', 'provenance', 'judged_at_once');
      }
      [this.placing, this.proved] = [placing, proved];
      return { wanted, placing, proved };
    }

    /** Both checkpoints over the headers, and one name for the log everywhere. */
    checkLog() {
      const { log, a, b, find, report } = this;
      const root = (note, name, letter) => {
        if (note.size <= log.size && ZC.hex(log.tree.root(note.size)) === note.root) return true;
        find.red('root', `检查点 ${letter} 不是这些条目的根：日志被改写过，或缺了条目`, `checkpoint ${letter} is not the root of these entries: the log was rewritten or entries are missing`, name);
        return false;
      };
      let sound = !log.broken && log.size === b.size;
      if (log.size !== b.size) {
        find.red('size', `检查点 B 有 ${b.size} 条，证明包给出 ${log.size} 条`, `checkpoint B has ${b.size} entries, the bundle gives ${log.size}`, 'headers.jsonl');
      }
      sound = root(b, 'checkpoint-b.txt', 'B') && sound;
      sound = root(a, 'checkpoint-a.txt', 'A') && sound;
      if (a.size > b.size) find.red('a-behind-b', '检查点 A 比 B 大', 'checkpoint A is larger than B', 'checkpoint-a.txt');
      if (!log.genesis) find.red('genesis', '日志没有开始的条目', 'the log has no first entry of its own', 'headers.jsonl:1');
      const names = [['checkpoint-b.txt', b.origin], ['key.txt', this.key.name], ['report.json', report.origin], ['ledger.genesis', log.genesis ? log.genesis.facts.origin : a.origin]];
      for (const [where, origin] of names) if (origin !== a.origin) find.red('origin', `日志的名称不一致：${quote(origin)}`, `another log is named: ${quote(origin)}`, where);
      if (report.checkpoint_a.size !== a.size || report.checkpoint_a.root !== a.root) find.red('report-a', '报告写的检查点 A 不是证明包里的', 'the report names another checkpoint A', 'report.json');
      this.data.report = { ...Object.fromEntries(['origin', 'enterprise', 'title', 'edition', 'record', 'period', 'issued_on', 'fingerprint'].map((k) => [k, report[k]])),
        checkpoint_a: { size: a.size, root: a.root }, checkpoint_b: { size: b.size, root: b.root } };
      const counts = Array.from(log.types, ([type, kept]) => [type, { records: kept.last.length, entries: kept.entries, counted: Boolean(kept.names) }]);
      this.data.log = { entries: log.size, began: log.days[0] ?? null, began_after_period: log.size > 0 && log.days[0] > report.period.to, types: Object.fromEntries(counts), first_anchor: null, longest_without_anchor: null };
      if (sound) find.ok('log', `日志共 ${log.size} 条，编号连续；检查点 A（${a.size} 条）和 B（${b.size} 条）都由这些条目算出`,
        `the log has ${log.size} entries without a gap; checkpoints A (${a.size}) and B (${b.size}) follow from them`);
    }

    /** The keys that the log had, who signed A and B, and the reader's fingerprint (§3 Which key). */
    checkKeys() {
      const { log, find, a, b, report } = this;
      const origin = b.origin, rotations = log.rotations;
      const same = (x, y) => Boolean(x && y) && x.name === y.name && x.fingerprint === y.fingerprint;
      let current = rotations.length ? ZC.readVkey(rotations[0].facts.old) : this.key;
      this.keys = [{ vkey: current, from: 0 }];
      for (const { seq, d, facts } of rotations) {
        const [older, newer] = [ZC.readVkey(facts.old), ZC.readVkey(facts.new)];
        const statement = ZC.utf8(`${origin}\nrotate\n${seq}\n${facts.old}\n${facts.new}\n`);
        const signed = (vkey, code) => { const bytes = ZC.unbase64(code); return bytes && ZC.ed25519(vkey.key, statement, bytes); };
        const right = older && newer && [older, newer].every((vkey) => vkey.algorithm === 1 && vkey.name === origin)
          && same(current, older) && signed(older, facts.signed_old) && signed(newer, facts.signed_new);
        if (!right) find.red('rotation', '更换密钥的条目不成立', 'a replacement of the key does not hold', `seq ${seq}`);
        else find.told('rotated', `${d} 更换过密钥，理由 ${quote(facts.ground ?? '')}`, `the key was replaced on ${d}, because ${quote(facts.ground ?? '')}`, `seq ${seq}`);
        current = newer;
        this.keys.push({ vkey: newer, from: seq + 1, day: d });
      }
      const inForce = (size) => this.keys.findLast((key) => key.from <= size).vkey;
      if (!same(current, this.key)) find.red('key-file', 'key.txt 不是日志最后的密钥', 'key.txt is not the last key of the log', 'key.txt');
      let signed = true;
      for (const [note, letter] of [[a, 'A'], [b, 'B']]) {
        const vkey = inForce(note.size);
        if (vkey && ZC.signedBy(note, vkey) === true) continue;
        signed = false;
        find.red('signature', `检查点 ${letter} 的签名不成立`, `the signature of checkpoint ${letter} does not verify`, `checkpoint-${letter.toLowerCase()}.txt`);
      }
      if (signed) find.ok('signature', '两个检查点都由日志当时的密钥签名', 'both checkpoints are signed by the key that the log had at the time');
      const atA = inForce(a.size);
      if (!atA || atA.fingerprint !== report.fingerprint) find.red('fingerprint', '报告印的指纹不是日志的密钥', 'the fingerprint in the report is not that of the log’s key', 'report.json');
      this.data.key_given = this.typed !== '';
      if (!this.typed) find.unchecked('no-key', '没有给出密钥指纹，因此没有核对签名是谁的', 'no fingerprint was given, so whose signature it is was not checked');
      else this.compareKey(this.typed);
    }

    compareKey(typed) {
      const found = this.keys.findLastIndex((key) => key.vkey && key.vkey.fingerprint === typed);
      if (found < 0) this.find.red('wrong-key', '您给出的指纹不是这份日志的密钥', 'the fingerprint that you gave is not that of this log');
      else if (found === this.keys.length - 1) this.find.ok('key', '密钥与您给出的指纹相符', 'the key is the one whose fingerprint you gave');
      else {
        this.find.ok('key', '您给出的指纹是这份日志以前的密钥', 'the fingerprint that you gave is that of a former key of this log');
        this.find.told('former-key', `您给出的密钥已于 ${this.keys[found + 1].day} 更换`, `the key that you gave was replaced on ${this.keys[found + 1].day}`);
      }
    }

    /** The publish entry, and through it report.json, definitions.json and the reader's file (§6). */
    async checkPublication() {
      const { log, find, report, a } = this;
      const own = log.publishes.filter((one) => report.record.type === 'report.report' && one.k === report.record.k), entry = own[own.length - 1];
      const red = (zh, en) => find.red('publication', zh, en, entry ? `seq ${entry.seq}` : 'report.json');
      if (own.length !== 1) red(`这份报告在日志里有 ${own.length} 条发布记录，应当恰有一条`, `the log has ${own.length} publications of this report and should have exactly one`);
      this.publish = entry && entry.facts && PUBLISHED.every((name) => name in entry.facts) ? entry : null;
      if (entry && !this.publish) red('发布记录没有公开全部事实', 'the publication does not open all its facts');
      if (this.publish) {
        const facts = entry.facts, sha = (name) => this.members.get(name).sha256;
        if (facts.report_json !== sha('report.json')) red('report.json 不是发布时的', 'report.json is not the one published');
        if (facts.definitions !== sha('definitions.json')) red('定义不是发布时的', 'the definitions are not those published');
        if (facts.a_size !== a.size || facts.a_root !== a.root) red('发布记录写的是另一个检查点 A', 'the publication names another checkpoint A');
        if (facts.edition !== report.edition || facts.state !== 'published') red('发布记录的版次或状态不符', 'edition or state of the publication differ');
        if (!Array.isArray(facts.opened_list)) red('批准的公开清单不成格式', 'the approved list of open facts is malformed');
      }
      const others = log.publishes.length - own.length;
      if (others) find.told('other-publications', `日志里另有 ${others} 条发布记录`, `the log has ${others} other publications`);
      this.data.report_given = Boolean(this.input.report);
      if (!this.input.report) find.unchecked('no-report', '没有给出报告，因此没有核对证明包是不是您手中那份的', 'no report was given, so whether the bundle is that of yours was not checked');
      else if (this.publish) this.bind(await ZC.hashSource(this.input.report, this.seen), entry);
    }

    bind(hash, entry) {
      const { find, log } = this;
      const bound = log.publishes.filter((one) => one.facts && one.facts.pdf === hash);
      this.data.binding = { sha256: hash, bound: bound.length === 1 && bound[0] === entry, seq: entry.seq, date: entry.d };
      if (this.data.binding.bound) find.ok('binding', `您手中的报告就是 ${entry.d} 发布、登记在日志第 ${entry.seq} 条的那一份`, `your report is the one published on ${entry.d}, entry ${entry.seq} of the log`);
      else if (!bound.length && (hash === entry.facts.docx || hash === entry.facts.html)) {
        this.data.binding.bound = null;
        find.unchecked('not-pdf', '您给出的是报告的 DOCX 或 HTML，不是 PDF；以 PDF 为准', 'you gave the DOCX or HTML of the report; the PDF is the one that counts');
      } else find.red('binding', '您手中的报告不是发布的那一份', 'your report is not the one that was published');
    }

    /** Counted types open placing facts, state and provenance of every version of every record (§5). */
    checkTypes() {
      const { log, find } = this;
      for (const type of this.proved) {
        const needed = ['state', 'provenance', ...this.placing.get(type)];
        const short = log.records(type).flat().filter((version) => !needed.every((name) => ZC.valueOf(version, name) !== undefined));
        if (!short.length) continue;
        find.red('not-open', `${type} 有 ${short.length} 个版本没有公开日期、状态或来源，可能漏计`,
          `${short.length} versions of ${type} do not open date, state or provenance: records may be left out`, `seq ${short[0].seq}`);
      }
    }

    /** The types of records as the log defined them (§6 Binding); metrics are looked at figure by figure. */
    checkDefinitions() {
      const { log, find, definitions } = this;
      const last = log.defines.findLast((entry) => entry.seq < this.a.size);
      if (!last) { find.red('define', '检查点 A 之前日志里没有定义', 'the log has no definitions below checkpoint A'); return; }
      for (const type of this.placing.keys()) {
        const one = definitions.types[type], logged = last.facts[`type_${type.replaceAll('.', '__')}`];
        if (!one || logged === undefined) find.told('type-unknown', `${type} 的状态图没有登记`, `the state graph of ${type} is not recorded`, `seq ${last.seq}`);
        else if (ZC.hex(ZC.sha256(ZC.utf8(ZC.canonical([type, one.may_open, one.graph])))) !== logged) {
          find.red('define', `${type} 的状态图与登记的不符`, `the state graph of ${type} is not the one recorded`, `seq ${last.seq}`);
        }
      }
    }

    /** What is true and a reader should know (§8 Told). */
    tell() {
      const { log, find, report, a, b } = this;
      if (/\/[0-9]+$/.test(b.origin)) find.unchecked('recovered', `这是恢复后另开的日志 ${quote(b.origin)}；以前的日志没有核对`, `this log was opened after a recovery, ${quote(b.origin)}; the earlier one was not checked`);
      if (log.genesis && log.genesis.facts.predecessor !== null) find.unchecked('predecessor', `这份日志接续 ${quote(log.genesis.facts.predecessor)}，那一份没有核对`, `this log follows ${quote(log.genesis.facts.predecessor)}, which was not checked`);
      if (log.size && log.days[0] > report.period.from) {
        const never = log.days[0] > report.period.to;
        find.told('late-log', never ? `日志从 ${log.days[0]} 才开始，晚于期末：期内的事没有一件是当时记入的` : `日志从 ${log.days[0]} 才开始，晚于期初：此前的事不是当时记入的`,
          never ? `the log began on ${log.days[0]}, after the period: nothing in it was entered at the time` : `the log began on ${log.days[0]}, after the period had begun: what happened before was not entered at the time`);
      }
      if (!log.checkpoints.some((entry) => entry.facts.size === a.size && entry.facts.root === a.root)) find.told('a-not-logged', '检查点 A 没有登记在日志里', 'checkpoint A is not recorded in the log');
      const refused = log.imports.reduce((sum, one) => sum + one.refused, 0);
      if (refused) find.told('refused', `导入时共退回 ${refused} 行`, `imports refused ${refused} rows`);
      const listed = new Map((Array.isArray(this.publish?.facts.opened_list) ? this.publish.facts.opened_list : []).map((row) => [row.type, String(row.facts).split(',')]));
      for (const [type, names] of log.openedNames) {
        const beyond = [...names].filter((name) => !(listed.get(type) ?? []).includes(name));
        if (beyond.length) find.told('beyond', `${type} 公开了批准清单以外的事实：${quote(beyond.join(', '))}`, `${type} opens facts beyond the approved list: ${quote(beyond.join(', '))}`);
      }
    }
  }

  const WORDS = {
    0: ['proved', '全部证明', 'Everything is proved'], 1: ['false', '有不实之处', 'Something is false'],
    2: ['unreadable', '无法读取', 'Unreadable'], 3: ['unchecked', '未发现不实，但有未核对之处', 'Nothing is false, but something was not checked'],
  };

  /**
   * Verify a bundle. `input`: bundle and report (sources), key (text), since ([{name, bytes}]), witnesses (texts),
   * quorum, tsa (whether the reader asks for time-stamps), progress. Never throws; what goes wrong is exit 2 (§8).
   */
  async function verify(input) {
    const run = new Verifier(input);
    let exit, findings;
    try {
      await run.run();
      [exit, findings] = [run.find.exit, run.find.list];
    } catch (error) {
      const said = error instanceof ZC.Unreadable ? error : { zh: `核对程序出错：${error}`, en: `the verifier failed: ${error}`, where: '' };
      [exit, findings] = [2, [{ level: 'red', code: error instanceof ZC.Unreadable ? 'unreadable' : 'failed', zh: said.zh, en: said.en, where: said.where, unchecked: false }]];
      run.data = { figures: [], targets: [], declared: [], numerals: [] };
    }
    const [verdict, zh, en] = WORDS[exit];
    return { exit, verdict, words: { zh, en }, ...run.data, findings };
  }

  Object.assign(ZC, { verify });
})((globalThis.ZC = globalThis.ZC || {}));
