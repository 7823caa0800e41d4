package io.tesserae.pipelines.attention;

import io.tesserae.arguments.Arguments;
import io.tesserae.pipelines.drawing.ColourMap;
import io.tesserae.pipelines.drawing.Markup;
import io.tesserae.pipelines.drawing.PageTemplate;
import io.tesserae.pipelines.drawing.PageTemplate.Content;
import io.tesserae.pipelines.drawing.WholeFile;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes a text's attention as a page for the browser, to be looked through by layer, head and token: an overview of all
 * heads, lines between the tokens, and the matrix with its values.
 *
 * <p>The page is one file that needs nothing else: no network, no server. Tokens are data in it and never markup; beyond that
 * its security policy lets no script run but its own, and nothing be fetched. The same attention gives the same file.
 *
 * <p>Weights are stored in 16 bits where that takes at most {@value #SIXTEEN_BIT_LIMIT} of them, and are then within
 * 0.0008 % of what they were. Beyond, their square roots are stored in 8 bits: within 0.01 % where they are small, 0.4 % where
 * they are near 100 %. The page says which.
 *
 * @see <a href="https://arxiv.org/abs/1906.05714">Vig 2019, A Multiscale Visualization of Attention in the Transformer Model</a>,
 *     whose drawing of a head the lines are
 */
public final class AttentionPage {

    /** Up to this many weights, two bytes each. */
    static final int SIXTEEN_BIT_LIMIT = 2_000_000;

    /** More weights than this make a page that no browser likes: 40 million are 512 tokens in 12 layers of 12 heads. */
    static final int WEIGHT_LIMIT = 40_000_000;

    private static final int COLOURS = 64;

    private AttentionPage() {}

    /**
     * Writes the page, in place of a file that is there already.
     *
     * @param title its heading, the text itself for instance
     * @param file its folder is made if it is not there
     * @throws IllegalArgumentException if there are more than {@value #WEIGHT_LIMIT} weights
     * @throws FileSystemException if {@code file} is a folder
     * @throws IOException if it cannot be written
     */
    public static void write(TextAttention attention, String title, Path file) throws IOException {
        Arguments.require(attention, "attention");
        Arguments.require(file, "file");
        Arguments.require(title, "title");
        checkSize(attention);
        if (Files.isDirectory(file)) {
            throw new FileSystemException(
                    file.toString(), null, "expected a file to write the page into, found a folder; name a file in it");
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        WholeFile.write(file, stream -> write(attention, title, stream));
    }

    private static void checkSize(TextAttention attention) {
        long weights = weights(attention);
        if (weights > WEIGHT_LIMIT) {
            throw new IllegalArgumentException(
                    "attention of " + attention.tokens().size() + " tokens in "
                            + attention.layers().size() + " layers of " + attention.heads() + " heads has " + weights
                            + " weights, too many for a page, which holds " + WEIGHT_LIMIT
                            + "; shorten the text, or hand over fewer layers");
        }
    }

    private static long weights(TextAttention attention) {
        long tokens = attention.tokens().size();
        return attention.layers().size() * attention.heads() * tokens * tokens;
    }

    private static void write(TextAttention attention, String title, OutputStream stream) throws IOException {
        boolean sixteenBits = weights(attention) <= SIXTEEN_BIT_LIMIT;
        new PageTemplate(AttentionPage.class, "attention-page", "")
                .write(
                        Map.of(
                                "title",
                                Content.of(Markup.html(title)),
                                "summary",
                                Content.of(summary(attention, sixteenBits)),
                                "attention",
                                Content.of(json(attention, sixteenBits)),
                                "weights",
                                place -> writeWeights(attention, sixteenBits, place)),
                        stream);
    }

    private static String summary(TextAttention attention, boolean sixteenBits) {
        String precision = sixteenBits ? "0.0008 %" : "0.4 %, small ones to 0.01 %";
        return attention.tokens().size() + " tokens · " + attention.layers().size() + " layers · " + attention.heads()
                + " heads · shares to within " + precision;
    }

    private static String json(TextAttention attention, boolean sixteenBits) {
        String tokens = attention.tokens().stream().map(Markup::json).collect(Collectors.joining(","));
        return "{\"layers\":" + attention.layers().size() + ",\"heads\":" + attention.heads() + ",\"bits\":"
                + (sixteenBits ? 16 : 8) + ",\"tokens\":[" + tokens + "],\"colours\":" + ColourMap.json(COLOURS) + "}";
    }

    /** {@code [layers, heads, tokens, tokens]}, row-major; two bytes little-endian, or one for the square root. */
    private static void writeWeights(TextAttention attention, boolean sixteenBits, OutputStream stream)
            throws IOException {
        try (OutputStream base64 = Base64.getEncoder().wrap(new Unclosed(stream))) {
            for (var layer : attention.layers()) {
                byte[] bytes = new byte[sixteenBits ? 2 * layer.size() : layer.size()];
                for (int i = 0; i < layer.size(); i++) {
                    float share = Math.min(1, layer.data()[i]);
                    if (sixteenBits) {
                        int value = Math.round(share * 0xFFFF);
                        bytes[2 * i] = (byte) value;
                        bytes[2 * i + 1] = (byte) (value >> 8);
                    } else {
                        bytes[i] = (byte) Math.round((float) Math.sqrt(share) * 0xFF);
                    }
                }
                base64.write(bytes);
            }
        }
    }

    /** The end of the base64 is not the end of the page. */
    private static final class Unclosed extends FilterOutputStream {

        Unclosed(OutputStream stream) {
            super(stream);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
