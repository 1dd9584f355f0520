/* The same code in a worker, so that the page stays awake. The page itself does not run this. */
'use strict';
if (typeof document === 'undefined') {
  const { ZC } = globalThis;
  onmessage = async ({ data }) => {
    const source = (file) => file && ZC.fileSource(file);
    let shown = 0;
    const progress = (part) => { if (part - shown > 0.01) { shown = part; postMessage({ progress: part }); } };
    const verdict = await ZC.verify({ ...data, bundle: source(data.bundle), report: source(data.report), progress });
    postMessage({ verdict });
  };
}
