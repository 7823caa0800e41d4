package io.tesserae.cli.output;

import io.tesserae.loaders.processor.Region;
import io.tesserae.pipelines.attention.CaptionAttention;
import io.tesserae.pipelines.attention.Heatmap;
import io.tesserae.pipelines.attention.WordAttention;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Which patch made which word, as one line of JSON:
 *
 * <pre>{@code
 * {"image": "ship.jpg", "caption": "a ship.", "seen": [0.0, 0.0, 640.0, 480.0], "rows": 14, "columns": 14, "layers": 12, "layer": null,
 *  "words": [{"word": "ship", "start": 2, "end": 6, "tokens": ["ship"], "box": [320.0, 240.0, 45.7, 34.3],
 *             "attention": [[0.01, …], …]}, …], "files": ["maps/contact-sheet.png", "maps/caption.html"]}
 * }</pre>
 *
 * <p>{@code seen} is where the patches lie on the picture and {@code box} the word's strongest patch: left, top, width, height in pixels. {@code
 * start} and {@code end} count code points, as Python does. {@code layer} counts from 1; null is the mean of all. {@code attention} is
 * {@code [rows, columns]}.
 */
public final class CaptionMaps {

    private CaptionMaps() {}

    /**
     * Of one picture.
     *
     * @param layer counted from 0; empty for the mean of all
     * @param files what was drawn of it
     */
    public static String line(String image, CaptionAttention attention, OptionalInt layer, List<String> files) {
        Json json = new Json().raw("{");
        return fields(json, image, attention, layer)
                .name("files")
                .array(files, Json::string)
                .raw("}")
                .toString();
    }

    /** All but the files. */
    static Json fields(Json json, String image, CaptionAttention attention, OptionalInt layer) {
        json.name("image")
                .string(image)
                .name("caption")
                .string(attention.caption())
                .name("seen");
        region(json, attention.grid().seen())
                .name("rows")
                .integer(attention.grid().rows())
                .name("columns")
                .integer(attention.grid().columns())
                .name("layers")
                .integer(attention.layers())
                .name("layer")
                .raw(layer.isPresent() ? Integer.toString(layer.getAsInt() + 1) : "null")
                .name("words");
        List<Integer> words =
                IntStream.range(0, attention.words().size()).boxed().toList();
        return json.array(words, (element, word) -> word(element, attention, word, layer));
    }

    private static void word(Json json, CaptionAttention attention, int index, OptionalInt layer) {
        WordAttention word = attention.words().get(index);
        json.raw("{")
                .name("word")
                .string(word.text())
                .name("start")
                .integer(attention.caption().codePointCount(0, word.start()))
                .name("end")
                .integer(attention.caption().codePointCount(0, word.end()))
                .name("tokens")
                .array(word.tokens(), Json::string)
                .name("box");
        region(json, attention.pointing(index, layer)).name("attention");
        Heatmap map = word.map(layer);
        List<Integer> rows = IntStream.range(0, map.rows()).boxed().toList();
        json.array(
                        rows,
                        (element, row) -> element.floats(
                                Arrays.copyOfRange(map.values(), row * map.columns(), (row + 1) * map.columns())))
                .raw("}");
    }

    private static Json region(Json json, Region region) {
        return json.raw("[")
                .number(region.left())
                .raw(", ")
                .number(region.top())
                .raw(", ")
                .number(region.width())
                .raw(", ")
                .number(region.height())
                .raw("]");
    }
}
