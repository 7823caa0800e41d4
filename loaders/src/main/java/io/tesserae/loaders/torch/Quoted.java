package io.tesserae.loaders.torch;

/** Texts of a file in messages. */
final class Quoted {

    private static final int LONGEST = 100;

    private Quoted() {}

    /** In quotes: cut where it is long, and with nothing in it that a terminal would obey. */
    static String of(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().limit(LONGEST).forEach(character -> {
            boolean plain = character >= ' ' && character < 0x7F && character != '"' && character != '\\';
            quoted.append(plain ? Character.toString(character) : String.format("\\u%04x", character));
        });
        return quoted.append(text.codePointCount(0, text.length()) > LONGEST ? "…\"" : "\"")
                .toString();
    }
}
