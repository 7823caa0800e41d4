package io.tesserae.cli.output;

import io.tesserae.pipelines.attention.mixed.MixedAttention;
import java.util.List;
import java.util.OptionalInt;

/**
 * Which patch of which picture made which word, as one line of JSON:
 *
 * <pre>{@code
 * {"text": "a ship.", "pictures": [{"image": "ship.jpg", "caption": "a ship.", "seen": …, "words": […]}, …],
 *  "files": ["maps/contact-sheet.png", "maps/caption.html"]}
 * }</pre>
 *
 * <p>Each picture has the fields of {@link CaptionMaps}, but for the files.
 */
public final class MixedMaps {

    private MixedMaps() {}

    /**
     * Of one prompt.
     *
     * @param layer counted from 0; empty for the mean of all
     * @param files what was drawn of it
     */
    public static String line(MixedAttention attention, OptionalInt layer, List<String> files) {
        return new Json()
                .raw("{")
                .name("text")
                .string(attention.text())
                .name("pictures")
                .array(attention.pictures(), (json, picture) -> {
                    json.raw("{");
                    CaptionMaps.fields(json, picture.name(), picture.attention(), layer)
                            .raw("}");
                })
                .name("files")
                .array(files, Json::string)
                .raw("}")
                .toString();
    }
}
