/* node vectors-node.js FOLDER: counts of every vector file. */
'use strict';
const fs = require('node:fs');
require('./load.js');
require('./vectors.js');
for (const file of fs.readdirSync(process.argv[2]).sort()) {
  const { file: name, cases } = JSON.parse(fs.readFileSync(`${process.argv[2]}/${file}`, 'utf8'));
  const failed = cases ? globalThis.runVectors(name, cases) : null;
  if (failed) console.log(name, cases.length - failed.length, 'of', cases.length, failed.slice(0, 5).join('; '));
}
