const PATIENCE = 30_000;

/** There is no connection, or the server is not well: try again later. */
export class OfflineError extends Error {}

/** The server answered, and wants nothing of this. */
export class RefusedError extends Error {
    constructor(status) {
        super(`Refused: ${status}`);
        this.status = status;
    }
}

/**
 * Ask the server for something.
 *
 * @param {string} url
 * @param {object} [data]
 * @throws {OfflineError|RefusedError}
 */
export async function call(url, data = {}) {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), PATIENCE);
    try {
        const response = await fetch(url, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify(data),
            credentials: "same-origin",
            signal: controller.signal,
        });
        if (response.status >= 400 && response.status < 500) {
            throw new RefusedError(response.status);
        }
        if (!response.ok) {
            throw new OfflineError();
        }
        return await response.json();
    } catch (error) {
        throw error instanceof RefusedError ? error : new OfflineError();
    } finally {
        clearTimeout(timer);
    }
}
