package io.tesserae.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tesserae.loaders.image.RgbImage;
import io.tesserae.loaders.processor.Region;
import io.tesserae.pipelines.attention.CaptionAttention;
import io.tesserae.pipelines.attention.Heatmap;
import io.tesserae.pipelines.attention.PatchGrid;
import io.tesserae.pipelines.attention.WordAttention;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The line of a caption has the words, their tokens and maps, and what they point at. */
class CaptionMapsTest {

    private static final PatchGrid GRID =
            new PatchGrid(new RgbImage(6, 4, new byte[6 * 4 * 3]), new Region(0, 0, 6, 4), 2, 3);

    private static Heatmap map(float... values) {
        return new Heatmap(2, 3, values);
    }

    private static final CaptionAttention ATTENTION = new CaptionAttention(
            GRID,
            "\ud83d\udea2 a \"ship\"",
            List.of(
                    new WordAttention(
                            "a", 3, List.of("a"), List.of(map(0, 0, 0, 0, 0, 1), map(0.25f, 0, 0, 0, 0.75f, 0))),
                    new WordAttention(
                            "ship",
                            6,
                            List.of("sh", "##ip"),
                            List.of(map(0, 0.5f, 0, 0, 0, 0), map(0, 0.25f, 0.5f, 0, 0, 0)))));

    @Test
    void theMeanOfAllLayers() {
        String line = CaptionMaps.line("a/b.png", ATTENTION, OptionalInt.empty(), List.of("x/contact-sheet.png"));
        assertEquals(
                "{\"image\": \"a/b.png\", \"caption\": \"\ud83d\udea2 a \\\"ship\\\"\", \"seen\": [0.0, 0.0, 6.0, 4.0],"
                        + " \"rows\": 2, \"columns\": 3, \"layers\": 2, \"layer\": null, \"words\": ["
                        + "{\"word\": \"a\", \"start\": 2, \"end\": 3, \"tokens\": [\"a\"], \"box\": [4.0, 2.0, 2.0, 2.0],"
                        + " \"attention\": [[0.125, 0.0, 0.0], [0.0, 0.375, 0.5]]}, "
                        + "{\"word\": \"ship\", \"start\": 5, \"end\": 9, \"tokens\": [\"sh\", \"##ip\"],"
                        + " \"box\": [2.0, 0.0, 2.0, 2.0], \"attention\": [[0.0, 0.375, 0.25], [0.0, 0.0, 0.0]]}],"
                        + " \"files\": [\"x/contact-sheet.png\"]}",
                line);
    }

    @Test
    void oneLayerAndNoWord() {
        JsonObject second = JsonParser.parseString(CaptionMaps.line("i", ATTENTION, OptionalInt.of(1), List.of()))
                .getAsJsonObject();
        assertEquals(2, second.get("layer").getAsInt());
        JsonArray box = second.getAsJsonArray("words").get(1).getAsJsonObject().getAsJsonArray("box");
        assertEquals(4, box.get(0).getAsInt());
        JsonObject none = JsonParser.parseString(CaptionMaps.line(
                        "i", new CaptionAttention(GRID, "", List.of()), OptionalInt.empty(), List.of()))
                .getAsJsonObject();
        assertEquals(0, none.getAsJsonArray("words").size());
    }
}
