package io.tesserae.scenes;

/** What a sentence says of a thing. */
public record Description(Size size, Colour colour, Shape shape) {

    /** In words: "small red letter a". */
    public String words() {
        return size.word() + " " + colour.word() + " " + shape.words();
    }
}
