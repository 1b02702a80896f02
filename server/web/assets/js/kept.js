// Keeps on this device what somebody of the office has typed and not sent. It is sealed with a key that the server gives
// to the signed-in person only, so whoever uses the same browser next can neither open nor see it.

const NAME = "alur-isian";
const DAYS = 7;
const code = new TextEncoder();

const answered = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const work = async (mode, act) => {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("drafts", { keyPath: "id" });
    opening.result.createObjectStore("files", { keyPath: ["id", "number"] });
  };
  const db = await answered(opening);
  try {
    const transaction = db.transaction(["drafts", "files"], mode);
    const ended = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    const result = act(transaction.objectStore("drafts"), transaction.objectStore("files"));
    await ended;
    return result;
  } finally {
    db.close();
  }
};

const removed = (id) => (drafts, files) => {
  drafts.delete(id);
  files.delete(IDBKeyRange.bound([id], [id, []]));
};

// Takes away what a person has on this device, when they sign out.
export const forget = async (owner) => {
  const all = await work("readonly", (drafts) => answered(drafts.getAll()));
  for (const draft of all.filter((one) => one.owner === owner)) {
    await work("readwrite", removed(draft.id));
  }
};

export class Keeper {
  // `settings`: who types (`owner`), the `key` of their drafts, and the `place` these are sent to. Null where the browser
  // offers no sealing: on plain http.
  static async open({ owner, key, place }) {
    if (!globalThis.indexedDB || !crypto.subtle || !navigator.locks) {
      return null;
    }
    const bytes = Uint8Array.from(atob(key), (sign) => sign.charCodeAt(0));
    const sealing = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    return new Keeper(owner, place, sealing);
  }

  constructor(owner, place, key) {
    Object.assign(this, { owner, place, key, id: null, numbers: new Map(), given: 0 });
  }

  #way(iv, id) {
    return { name: "AES-GCM", iv, additionalData: code.encode(id) };
  }

  async #sealed(id, bytes) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, data: await crypto.subtle.encrypt(this.#way(iv, id), this.key, bytes) };
  }

  #opened(id, { iv, data }) {
    return crypto.subtle.decrypt(this.#way(iv, id), this.key, data);
  }

  // This page's draft has this name from now, and no other page may touch it while this one is open; false when one has
  // it already.
  take(id) {
    return new Promise((resolve) => {
      navigator.locks.request(`${NAME}:${id}`, { ifAvailable: true }, (lock) => {
        this.id = lock ? id : null;
        resolve(lock !== null);
        return lock && new Promise(() => {});
      });
    });
  }

  // `draft`: `xml`, `files`, and whatever else is needed to open it again. A file is sealed once.
  async save({ files, ...draft }) {
    if (!this.id) {
      await this.take(crypto.randomUUID());
    }
    const { id, owner, place } = this;
    const fresh = [];
    for (const file of files.filter((one) => !this.numbers.has(one))) {
      const number = this.given++;
      this.numbers.set(file, number);
      fresh.push({ id, number, ...(await this.#sealed(id, await file.arrayBuffer())) });
    }
    const listed = files.map((file) => ({ name: file.name, type: file.type, number: this.numbers.get(file) }));
    const sealed = await this.#sealed(id, code.encode(JSON.stringify({ ...draft, listed })));
    await work("readwrite", (drafts, store) => {
      drafts.put({ id, owner, place, at: Date.now(), given: this.given, ...sealed });
      fresh.forEach((one) => store.put(one));
    });
  }

  async drop(id = this.id) {
    if (id) {
      await work("readwrite", removed(id));
    }
  }

  // Throws a draft away, unless another page has it open.
  async discard(id) {
    await navigator.locks.request(`${NAME}:${id}`, { ifAvailable: true }, (lock) => lock && this.drop(id));
  }

  // The newest draft of this person for this place that no other page has open and that suits; null without one.
  async newest(suits) {
    const all = await work("readonly", (drafts) => answered(drafts.getAll()));
    const last = Date.now() - DAYS * 864e5;
    for (const old of all.filter((one) => one.at < last)) {
      await this.drop(old.id);
    }
    const held = new Set((await navigator.locks.query()).held.map((lock) => lock.name));
    const here = (one) => one.owner === this.owner && one.place === this.place && one.at >= last;
    const free = all.filter((one) => here(one) && !held.has(`${NAME}:${one.id}`));
    for (const one of free.sort((a, b) => b.at - a.at)) {
      try {
        const draft = JSON.parse(new TextDecoder().decode(await this.#opened(one.id, one)));
        if (suits(draft)) {
          return { ...draft, id: one.id, at: one.at, given: one.given };
        }
      } catch {
        await this.drop(one.id); // sealed with a key that is no more
      }
    }
    return null;
  }

  // Goes on with a draft; gives its files, null when another page has gone on with it since it was offered.
  async resume(draft) {
    const now = await work("readonly", (drafts) => answered(drafts.get(draft.id)));
    if (now?.at !== draft.at || !(await this.take(draft.id))) {
      return null;
    }
    this.given = draft.given;
    const read = ({ number }) => work("readonly", (_drafts, store) => answered(store.get([draft.id, number])));
    return Promise.all(
      draft.listed.map(async (one) => {
        const file = new File([await this.#opened(draft.id, await read(one))], one.name, { type: one.type });
        this.numbers.set(file, one.number);
        return file;
      }),
    );
  }
}
