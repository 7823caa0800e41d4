package io.tesserae.cli;

import java.util.List;

/** Texts, one by one, for models to which a pair means nothing. They are taken as they are. */
final class SingleTexts implements InputFormat<String> {

    @Override
    public String plural() {
        return "texts";
    }

    @Override
    public List<InputObject.Key> keys() {
        return List.of(InputObject.Key.required("text"));
    }

    @Override
    public String describeKeys() {
        return "\"text\"";
    }

    @Override
    public List<String> ofArgument(String argument) {
        return List.of(argument);
    }

    @Override
    public String ofText(String text, String place) {
        return text;
    }

    @Override
    public String ofObject(InputObject object, String place) {
        return object.text("text");
    }
}
