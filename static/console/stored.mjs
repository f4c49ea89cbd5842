/** Browser storage that may be forbidden or full: then nothing is remembered, and nothing breaks. */

function remembering(storage) {
  return {
    get(key) {
      try {
        return storage().getItem(key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        if (value) storage().setItem(key, value);
        else storage().removeItem(key);
      } catch {
        /* not remembered */
      }
    },
  };
}

export const forTab = remembering(() => sessionStorage);
export const forBrowser = remembering(() => localStorage);
