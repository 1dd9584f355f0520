/* node run.js bundle.zip [--report pdf] [--key fp] [--since f]… [--witness vkey]… [--quorum k] [--tsa f] [--figures]: the verdict as JSON. */
'use strict';
const fs = require('node:fs');
const ZC = require('./load.js');

const input = { since: [], witnesses: [] };
const words = process.argv.slice(2);
const bytes = (name) => new Uint8Array(fs.readFileSync(name));
function onDisk(name) {
  const file = fs.openSync(name, 'r');
  return { size: fs.statSync(name).size, read: async (from, to) => { const out = new Uint8Array(to - from); fs.readSync(file, out, 0, to - from, from); return out; } };
}
while (words.length) {
  const word = words.shift();
  if (word === '--report') input.report = onDisk(words.shift());
  else if (word === '--key') input.key = words.shift();
  else if (word === '--since') { const name = words.shift(); input.since.push({ name, bytes: bytes(name) }); }
  else if (word === '--witness') input.witnesses.push(words.shift());
  else if (word === '--quorum') input.quorum = Number(words.shift());
  else if (word === '--tsa') { words.shift(); input.tsa = true; }
  else input.bundle = onDisk(word);
}
ZC.verify(input).then((verdict) => {
  process.stdout.write(JSON.stringify(verdict, null, 1) + '\n');
  process.exitCode = verdict.exit;
});
