import { App, whenReady } from "@odoo/owl";
import {
    appTranslateFn,
    translatedTerms,
    translationLoaded,
} from "@web/core/l10n/translation";
import { getTemplate } from "@web/core/templates";
import { Board } from "./board/board";
import { Terminal } from "./terminal/terminal";

const SCREENS = { terminal: Terminal, board: Board };

/** Draw the screen with what came with its page: it may be offline. */
async function main() {
    await whenReady();
    const { terms, ...props } = JSON.parse(
        document.getElementById("props").textContent
    );
    translatedTerms.auto_worktime = terms;
    translatedTerms[translationLoaded] = true;
    const app = new App(SCREENS[props.kind], {
        getTemplate,
        props: { screen: props },
        translateFn: appTranslateFn,
    });
    await app.mount(document.body);
}

main();
