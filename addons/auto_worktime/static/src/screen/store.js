const VERSION = 1; // a new version adds stores; it never drops what is not sent

/** What the device keeps: presses, numbered by the browser for good, and some values. */
export class Store {
    /** @param {string} name of the database, one a screen */
    constructor(name) {
        this.opened = new Promise((resolve, reject) => {
            const request = indexedDB.open(name, VERSION);
            request.onupgradeneeded = () => {
                const db = request.result;
                db.createObjectStore("presses", {
                    keyPath: "sequence",
                    autoIncrement: true, // numbers are never given twice
                });
                db.createObjectStore("values");
            };
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
        });
    }

    /**
     * Do one thing in a transaction; what was written is on the disk when it is done.
     *
     * @param {string} name of the object store
     * @param {"readonly"|"readwrite"} mode
     * @param {(store: IDBObjectStore) => IDBRequest} work
     */
    async run(name, mode, work) {
        const db = await this.opened;
        return new Promise((resolve, reject) => {
            const transaction = db.transaction(name, mode, { durability: "strict" });
            const request = work(transaction.objectStore(name));
            transaction.oncomplete = () => resolve(request.result);
            transaction.onabort = () => reject(transaction.error);
        });
    }

    /** @returns {Promise<number>} the number of the press */
    addPress(press) {
        return this.run("presses", "readwrite", (store) => store.add(press));
    }

    /** @returns {Promise<object[]>} the presses that are kept, in their order */
    getPresses() {
        return this.run("presses", "readonly", (store) => store.getAll());
    }

    removePress(sequence) {
        return this.run("presses", "readwrite", (store) => store.delete(sequence));
    }

    getValue(key) {
        return this.run("values", "readonly", (store) => store.get(key));
    }

    setValue(key, value) {
        return this.run("values", "readwrite", (store) => store.put(value, key));
    }

    removeValue(key) {
        return this.run("values", "readwrite", (store) => store.delete(key));
    }
}
