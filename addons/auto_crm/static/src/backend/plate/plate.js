import { Component } from "@odoo/owl";

const RUSSIAN_PLATE = /^(?=\S{6,} )(\S*\d)(\D*) (\d{2,3})$/;
const HAS_CYRILLIC = /[\u0400-\u04FF]/;

/**
 * Split a plate, as the server writes it, where it may go on in the next line.
 *
 * @param {string} plate "А123ВС 777", or a foreign one
 * @returns {{number: string, series: string, region: string}} "А123", "ВС" and "777";
 * a foreign plate is all number
 */
export function splitPlate(plate) {
    const match = HAS_CYRILLIC.test(plate) && RUSSIAN_PLATE.exec(plate);
    return match
        ? { number: match[1], series: match[2], region: match[3] }
        : { number: plate, series: "", region: "" };
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
