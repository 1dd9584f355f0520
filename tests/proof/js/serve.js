/* node serve.js FUNCTION: one question a line, its answer a line; FUNCTION is what answers (tests/proof/second.py). */
'use strict';
const readline = require('node:readline');
const ZC = require('./load.js');

const answer = new Function('ZC', `return ${process.argv[2]}`)(ZC);
(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await answer(JSON.parse(line))) + '\n');
  }
})();
