package io.tesserae.tokenizer;

/**
 * A token that is found in the text as it stands, before the text is cut into words: {@code [SEP]} is one, and so is
 * whatever a fine-tuner added.
 *
 * @param content the text to find; not empty
 * @param singleWord found only where no word character stands beside it
 * @param leftStrip swallows the whitespace before it
 * @param rightStrip swallows the whitespace after it
 * @param normalized compared after both it and the text were normalized, so that {@code New-York} is found in
 *     {@code NEW-YORK}; otherwise compared with the raw text
 * @param special a mark of the model's own rather than text: left out when decoding without special tokens
 */
public record AddedToken(
        String content,
        boolean singleWord,
        boolean leftStrip,
        boolean rightStrip,
        boolean normalized,
        boolean special) {

    public AddedToken {
        Arguments.require(content, "content");
        if (content.isEmpty()) {
            throw new IllegalArgumentException("an added token needs a content");
        }
    }

    /** A special token found in the raw text, as {@code [SEP]} is. */
    public static AddedToken special(String content) {
        return new AddedToken(content, false, false, false, false, true);
    }

    /** An ordinary added token, found in the normalized text. */
    public static AddedToken plain(String content) {
        return new AddedToken(content, false, false, false, true, false);
    }

    /** This token, special. */
    public AddedToken asSpecial() {
        return new AddedToken(content, singleWord, leftStrip, rightStrip, normalized, true);
    }
}
