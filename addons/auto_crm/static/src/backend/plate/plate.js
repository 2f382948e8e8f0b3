import { Component } from "@odoo/owl";

const RUSSIAN_PLATE = /^(\S{6,}) (\d{2,3})$/;
const HAS_CYRILLIC = /[\u0400-\u04FF]/;

/**
 * Split a plate, as the server writes it, into its number and the region's code.
 *
 * @param {string} plate "А123ВС 777", or a foreign one
 * @returns {{number: string, region: string}} an empty region for a foreign plate
 */
export function splitPlate(plate) {
    const match = HAS_CYRILLIC.test(plate) && RUSSIAN_PLATE.exec(plate);
    return match
        ? { number: match[1], region: match[2] }
        : { number: plate, region: "" };
}

/** A licence plate that looks like one; draws nothing without a plate. */
export class Plate extends Component {
    static template = "auto_crm.Plate";
    static props = {
        plate: { type: [String, Boolean], optional: true },
        large: { type: Boolean, optional: true },
    };

    get parts() {
        return splitPlate(this.props.plate);
    }
}
