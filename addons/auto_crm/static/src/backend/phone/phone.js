const RUSSIAN_PHONE = /^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/;

/**
 * A phone as people read it out: "+7 916 303-11-77". Numbers of other countries stay as they are.
 *
 * @param {string | false} phone
 * @returns {string}
 */
export function formatPhone(phone) {
    const text = phone || "";
    const match = RUSSIAN_PHONE.exec(text.replace(/[\s()-]/g, ""));
    return match ? `+7 ${match[1]} ${match[2]}-${match[3]}-${match[4]}` : text;
}
