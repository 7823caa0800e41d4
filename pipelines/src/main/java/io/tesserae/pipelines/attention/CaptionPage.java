package io.tesserae.pipelines.attention;

import io.tesserae.loaders.processor.Region;
import io.tesserae.pipelines.drawing.ColourMap;
import io.tesserae.pipelines.drawing.HeatPainter;
import io.tesserae.pipelines.drawing.Markup;
import io.tesserae.pipelines.drawing.PageTemplate;
import io.tesserae.pipelines.drawing.PageTemplate.Content;
import io.tesserae.pipelines.drawing.Scene;
import io.tesserae.pipelines.drawing.SheetStyle;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A sentence and its picture as a page for the browser: a word shows its patches, a patch shows its words, in each layer and in the mean of all.
 *
 * <p>The page is one file that needs nothing else. The sentence is data in it and never markup; beyond that its security policy lets no
 * script run but its own, and nothing be fetched. Shares are stored in 16 bits, and are then within 0.0008 % of what they were.
 */
final class CaptionPage {

    /** More weights than this make a page that no browser likes: 50 words, 24 layers, 1600 patches are 2 million. */
    static final int WEIGHT_LIMIT = 8_000_000;

    /** Longer side of the picture in the page, in pixels: smaller ones are enlarged, larger ones reduced. */
    private static final int LEAST_SIDE = 320;

    private static final int MOST_SIDE = 800;

    private static final int COLOURS = 64;

    private CaptionPage() {}

    static void checkSize(CaptionAttention attention) {
        long weights = (long) attention.words().size()
                * attention.layers()
                * attention.grid().patches();
        if (weights > WEIGHT_LIMIT) {
            throw new IllegalArgumentException("attention of "
                    + attention.words().size() + " words in "
                    + attention.layers() + " layers over " + attention.grid().patches() + " patches has " + weights
                    + " weights, too many for a page, which holds " + WEIGHT_LIMIT
                    + "; shorten the text, or take a smaller picture");
        }
    }

    private static Scene scene(CaptionAttention attention) {
        return Scene.between(attention.grid().picture(), attention.grid().seen(), LEAST_SIDE, MOST_SIDE);
    }

    /** The bytes of the picture that the page shows. */
    static byte[] picture(CaptionAttention attention) throws IOException {
        return HeatPainter.picture(scene(attention)).toPng();
    }

    static void write(
            CaptionAttention attention,
            String title,
            CaptionPictureOptions options,
            byte[] picture,
            OutputStream stream)
            throws IOException {
        new PageTemplate(CaptionPage.class, "caption-page", "; img-src data:")
                .write(
                        Map.of(
                                "title",
                                Content.of(Markup.html(attention.caption())),
                                "summary",
                                Content.of(Markup.html(summary(attention, title, options.model()))),
                                "picture",
                                Content.of(Base64.getEncoder().encodeToString(picture)),
                                "attention",
                                Content.of(json(attention, options)),
                                "weights",
                                Content.of(Base64.getEncoder().encodeToString(weights(attention)))),
                        stream);
    }

    private static String summary(CaptionAttention attention, String title, String model) {
        String sizes = SheetStyle.counted(attention.words().size(), "word") + " · "
                + SheetStyle.counted(attention.layers(), "layer") + " · "
                + attention.grid().rows() + " × "
                + attention.grid().columns() + " patches · shares to within 0.0008 %";
        return (title.isBlank() ? "" : title + " · ") + (model.isBlank() ? "" : model + " · ") + sizes;
    }

    private static String json(CaptionAttention attention, CaptionPictureOptions options) {
        Scene scene = scene(attention);
        Region seen = scene.seenShare();
        String words = attention.words().stream()
                .map(word -> "{\"start\":" + word.start() + ",\"end\":" + word.end() + ",\"tokens\":["
                        + word.tokens().stream().map(Markup::json).collect(Collectors.joining(",")) + "]}")
                .collect(Collectors.joining(","));
        return "{\"caption\":" + Markup.json(attention.caption()) + ",\"words\":[" + words + "],\"layers\":"
                + attention.layers() + ",\"layer\":" + options.layer().orElse(-1) + ",\"rows\":"
                + attention.grid().rows() + ",\"columns\":" + attention.grid().columns() + ",\"width\":"
                + scene.width() + ",\"height\":" + scene.height() + ",\"seen\":[" + seen.left() + "," + seen.top() + ","
                + seen.width() + "," + seen.height() + "],\"colours\":" + ColourMap.json(COLOURS) + "}";
    }

    /** {@code [words, layers, patches]}, row-major, two bytes little-endian. */
    private static byte[] weights(CaptionAttention attention) {
        int patches = attention.grid().patches();
        byte[] bytes = new byte[2 * attention.words().size() * attention.layers() * patches];
        int at = 0;
        for (WordAttention word : attention.words()) {
            for (Heatmap map : word.layers()) {
                for (float share : map.values()) {
                    int value = Math.round(Math.min(1, share) * 0xFFFF);
                    bytes[at++] = (byte) value;
                    bytes[at++] = (byte) (value >> 8);
                }
            }
        }
        return bytes;
    }
}
