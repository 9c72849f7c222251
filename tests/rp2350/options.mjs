// options.mjs - `--name value ...` of the command line, by name.
export const options = () =>
  Object.fromEntries(
    process.argv.slice(2).flatMap((word, i, all) => (word.startsWith('--') ? [[word.slice(2), all[i + 1]]] : []))
  );
