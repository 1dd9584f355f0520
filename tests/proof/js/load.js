/* The page's scripts in Node, in the page's own order; for a quick look without a browser. */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');

const folder = path.join(__dirname, '../../../src/zhicheng/proof/page');
const html = fs.readFileSync(path.join(folder, 'index.html'), 'utf8');
for (const [, name] of html.matchAll(/<script src="([a-z0-9]+\.js)"/g)) {
  if (name === 'page.js' || name === 'work.js') continue; // the two that need a window or a worker
  vm.runInThisContext(fs.readFileSync(path.join(folder, name), 'utf8'), { filename: name });
}
module.exports = globalThis.ZC;
