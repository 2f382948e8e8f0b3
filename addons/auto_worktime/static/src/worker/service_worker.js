/**
 * Opens the terminal without a connection: its page, and what the page is drawn with.
 * What is pressed goes around it, by the page's own queue.
 */
const CACHE = "auto_worktime";
const PAGE = /^\/auto_worktime\/terminal\/[^/]+$/;
const FILE = /^\/(web\/assets|web\/static|auto_crm\/static)\//;

globalThis.addEventListener("install", () => globalThis.skipWaiting());
globalThis.addEventListener("activate", (ev) =>
    ev.waitUntil(globalThis.clients.claim())
);

/** The page tells what it is made of; what earlier versions were made of goes away. */
globalThis.addEventListener("message", (ev) => {
    const urls = ev.data?.keep;
    if (Array.isArray(urls)) {
        ev.waitUntil(keep(urls));
    }
});

globalThis.addEventListener("fetch", (ev) => {
    const url = new URL(ev.request.url);
    if (ev.request.method !== "GET" || url.origin !== globalThis.location.origin) {
        return;
    }
    if (PAGE.test(url.pathname)) {
        ev.respondWith(getPage(ev.request));
    } else if (FILE.test(url.pathname)) {
        ev.respondWith(getFile(ev.request));
    }
});

async function keep(urls) {
    const cache = await caches.open(CACHE);
    for (const request of await cache.keys()) {
        const { pathname } = new URL(request.url);
        if (!PAGE.test(pathname) && !urls.includes(request.url)) {
            await cache.delete(request);
        }
    }
    for (const url of urls) {
        if (!(await cache.match(url))) {
            await cache.add(url);
        }
    }
}

async function getPage(request) {
    const cache = await caches.open(CACHE);
    let response;
    try {
        response = await fetch(request);
    } catch (error) {
        const known = await cache.match(request, { ignoreSearch: true });
        if (known) {
            return known;
        }
        throw error;
    }
    if (response.ok) {
        await cache.put(request, response.clone());
    } else if (response.status === 404) {
        await cache.delete(request, { ignoreSearch: true }); // the link was shut
    }
    return response;
}

async function getFile(request) {
    const cache = await caches.open(CACHE);
    const known = await cache.match(request);
    if (known) {
        return known;
    }
    const response = await fetch(request);
    if (response.ok) {
        await cache.put(request, response.clone());
    }
    return response;
}
