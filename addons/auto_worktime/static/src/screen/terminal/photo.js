const LONGEST = 1600;
const QUALITY = 0.8;

/**
 * Make a photo small enough to be kept and sent by a phone.
 *
 * @param {File} file
 * @returns {Promise<string>} JPEG in base64
 */
export async function readPhoto(file) {
    const url = URL.createObjectURL(file);
    try {
        const image = new Image();
        image.src = url;
        await image.decode();
        const { naturalWidth: width, naturalHeight: height } = image;
        const scale = Math.min(1, LONGEST / Math.max(width, height));
        const canvas = document.createElement("canvas");
        canvas.width = Math.round(width * scale);
        canvas.height = Math.round(height * scale);
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        return canvas.toDataURL("image/jpeg", QUALITY).split(",")[1];
    } finally {
        URL.revokeObjectURL(url);
    }
}
