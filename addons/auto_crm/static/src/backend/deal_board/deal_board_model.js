import { CrmKanbanModel } from "@crm/views/crm_kanban/crm_kanban_model";

/**
 * While somebody searches, columns without a hit are folded and those with hits are open;
 * afterwards every column is as it was. What is folded or opened by hand stays so until
 * the next search.
 */
export class DealBoardModel extends CrmKanbanModel {
    get isSearching() {
        const facets = this.env.searchModel?.facets || [];
        return facets.some((facet) => facet.domain);
    }

    /** Opens all columns before a search, for a folded one would be read without hits. */
    async _webReadGroup(config) {
        const search = this.isSearching && JSON.stringify(config.domain);
        this.foldsEmpty = Boolean(search) && search !== this.lastSearch;
        this.lastSearch = search;
        if (this.foldsEmpty) {
            this.foldsBefore ??= mapFolds(config.groups, (group) => group.isFolded);
            config.groups = mapFolds(config.groups, open);
        } else if (!search && this.foldsBefore) {
            config.groups = restore(config.groups, this.foldsBefore);
            delete this.foldsBefore;
        }
        return super._webReadGroup(...arguments);
    }

    async _postprocessReadGroup(config, response) {
        const { groups } = response;
        if (this.foldsEmpty && groups.some((group) => group.__count)) {
            return super._postprocessReadGroup(config, {
                ...response,
                groups: groups.map((group) => (group.__count ? group : fold(group))),
            });
        }
        return super._postprocessReadGroup(...arguments);
    }
}

function mapFolds(groups, change) {
    return Object.fromEntries(
        Object.entries(groups).map(([key, group]) => [key, change(group, key)])
    );
}

function open(group) {
    return { ...group, isFolded: false };
}

/** Columns of a board that began with a search are as the stages have them. */
function restore(groups, folds) {
    const known = Object.entries(groups).filter(([key]) => key in folds);
    return mapFolds(Object.fromEntries(known), (group, key) => ({
        ...group,
        isFolded: folds[key],
    }));
}

/** A group is folded for the client if the server has sent no records of it. */
function fold(group) {
    const folded = { ...group };
    delete folded.__records;
    return folded;
}
