package io.tesserae.pipelines.attention.latents;

import io.tesserae.pipelines.attention.Heatmap;
import io.tesserae.pipelines.drawing.Canvas;
import io.tesserae.pipelines.drawing.ColourMap;
import io.tesserae.pipelines.drawing.HeatPainter;
import io.tesserae.pipelines.drawing.HeatRange;
import io.tesserae.pipelines.drawing.Lettering;
import io.tesserae.pipelines.drawing.Scene;
import io.tesserae.pipelines.drawing.SheetStyle;
import java.util.List;
import java.util.Locale;

/** A picture on a page: how much each pixel is read at all, then a tile for each of the most concentrated latents. */
final class LatentSheet {

    private static final int WIDTH = 1600;
    private static final int MARGIN = 64;
    private static final int GAP = 20;
    private static final int MOST = WIDTH - 2 * MARGIN;

    private static final int TITLE_SIZE = 38;
    private static final int HEADING_SIZE = 23;
    private static final int TEXT_SIZE = 18;
    private static final int SMALL_SIZE = 15;

    private static final int HEADER = MARGIN + 96;

    /** A rule, and the words of a section. */
    private static final int HEADING_HEIGHT = 56;

    private static final int OVERVIEW_COLUMNS = 3;

    /** What stands below a large tile: its name, and its colours. */
    private static final int OVERVIEW_WORDS = 68;

    private static final int LATENT_COLUMNS = 8;

    /** What stands below a latent's tile: its number, and how much it reads. */
    private static final int LATENT_WORDS = 50;

    /** A tile is never so much higher than it is wide: the picture is made narrower. */
    private static final double MOST_HEIGHT = 1.1;

    private final ImageLatentAttention image;
    private final LatentAttention attention;
    private final LatentDrawingOptions options;
    private final Lettering lettering;
    private final double aspect;
    private final List<Integer> latents;

    LatentSheet(ImageLatentAttention image, LatentDrawingOptions options, Lettering lettering) {
        this.image = image;
        this.attention = image.attention();
        this.options = options;
        this.lettering = lettering;
        this.aspect = Scene.aspect(image.picture(), image.seen());
        this.latents = attention.mostConcentrated(options.most());
    }

    Canvas draw(String title) {
        int overviewHeight = HEADING_HEIGHT + pictureHeight(OVERVIEW_COLUMNS) + OVERVIEW_WORDS + 30;
        int rows = Math.ceilDiv(latents.size(), LATENT_COLUMNS);
        int latentsHeight = HEADING_HEIGHT + rows * (pictureHeight(LATENT_COLUMNS) + LATENT_WORDS);
        Canvas page = new Canvas(WIDTH, HEADER + overviewHeight + latentsHeight + MARGIN);
        page.fill(0, 0, page.width, page.height, SheetStyle.PAPER);
        drawHeader(page, title);
        drawOverview(page, HEADER);
        drawLatents(page, HEADER + overviewHeight);
        return page;
    }

    private static int tileWidth(int columns) {
        return (MOST - (columns - 1) * GAP) / columns;
    }

    private int pictureHeight(int columns) {
        int width = tileWidth(columns);
        return (int) Math.ceil(Math.min(width * MOST_HEIGHT, width / aspect));
    }

    private Scene scene(int columns) {
        return Scene.fitting(image.picture(), image.seen(), tileWidth(columns), pictureHeight(columns));
    }

    private void drawHeader(Canvas page, String title) {
        String fitted = lettering.fitted(title, TITLE_SIZE, true, MOST);
        text(page, fitted, MARGIN, MARGIN + 30, TITLE_SIZE, true, SheetStyle.INK);
        String what = "which pixels each latent reads · " + SheetStyle.counted(attention.latents(), "latent") + " · "
                + SheetStyle.counted(attention.heads(), "head") + " · "
                + image.grid().rows() + " × "
                + image.grid().columns() + " cells";
        String line = options.model().isBlank() ? what : options.model() + " · " + what;
        String subtitle = lettering.fitted(line, TEXT_SIZE, false, MOST);
        text(page, subtitle, MARGIN, MARGIN + 66, TEXT_SIZE, false, SheetStyle.FAINT_INK);
    }

    private void drawHeading(Canvas page, int top, String heading, String explanation) {
        page.fill(MARGIN, top, MOST, 1, SheetStyle.RULE);
        text(page, heading, MARGIN, top + 36, HEADING_SIZE, true, SheetStyle.INK);
        int after = MARGIN + lettering.width(heading, HEADING_SIZE, true) + 16;
        String fitted = lettering.fitted(explanation, TEXT_SIZE, false, WIDTH - MARGIN - after);
        text(page, fitted, after, top + 36, TEXT_SIZE, false, SheetStyle.FAINT_INK);
    }

    // --- The picture, and all latents together

    private void drawOverview(Canvas page, int top) {
        drawHeading(
                page, top, "All latents", "how much each cell is read at all; colours run to a map's 99th percentile");
        Scene scene = scene(OVERVIEW_COLUMNS);
        int tileTop = top + HEADING_HEIGHT;
        int words = tileTop + pictureHeight(OVERVIEW_COLUMNS) + 25;
        page.draw(HeatPainter.picture(scene), MARGIN, tileTop);
        text(page, "Picture", MARGIN, words, TEXT_SIZE, true, SheetStyle.INK);
        int left = MARGIN + tileWidth(OVERVIEW_COLUMNS) + GAP;
        Heatmap total = image.total();
        page.draw(LatentPainter.heat(scene, image, total), left, tileTop);
        text(page, "Mean of all latents", left, words, TEXT_SIZE, true, SheetStyle.INK);
        drawColourBar(
                page,
                HeatRange.of(LatentPainter.drawn(scene, total).values()),
                left,
                words + 13,
                tileWidth(OVERVIEW_COLUMNS));
        int line = tileTop + 20;
        for (String sentence : summary()) {
            int sentenceLeft = left + tileWidth(OVERVIEW_COLUMNS) + GAP;
            int width = tileWidth(OVERVIEW_COLUMNS);
            for (String part : lettering.wrapped(sentence, TEXT_SIZE, false, width, 4)) {
                if (line < words) { // a low picture leaves no room for all of it
                    text(page, part, sentenceLeft, line, TEXT_SIZE, false, SheetStyle.FAINT_INK);
                }
                line += 26;
            }
            line += 10;
        }
    }

    private List<String> summary() {
        List<Integer> all = attention.mostConcentrated(attention.latents());
        String cells = " of " + SheetStyle.counted(attention.rows(), "cell");
        return List.of(
                "Most concentrated: latent " + (all.getFirst() + 1) + ", " + number(all.getFirst()) + cells + ".",
                "Half of the latents read " + number(all.get((all.size() - 1) / 2)) + " or fewer.",
                "Least concentrated: latent " + (all.getLast() + 1) + ", " + number(all.getLast()) + ".",
                "A latent that reads n cells alike and no other counts n; it is the exponential of the entropy.");
    }

    /** The least, the colours, and what the last of them stands for. */
    private void drawColourBar(Canvas page, HeatRange range, int left, int top, int width) {
        String least = SheetStyle.percent(range.least());
        String bright = SheetStyle.percent(range.bright());
        text(page, least, left, top + 12, SMALL_SIZE, false, SheetStyle.FAINT_INK);
        int brightWidth = lettering.width(bright, SMALL_SIZE, false);
        text(page, bright, left + width - brightWidth, top + 12, SMALL_SIZE, false, SheetStyle.FAINT_INK);
        int barLeft = left + lettering.width(least, SMALL_SIZE, false) + 10;
        int barWidth = width - brightWidth - 10 - (barLeft - left);
        for (int x = 0; x < barWidth; x++) {
            page.fill(barLeft + x, top + 1, 1, 10, ColourMap.rgb((x + 0.5) / barWidth));
        }
    }

    // --- Latents one by one

    private void drawLatents(Canvas page, int top) {
        String which = latents.size() < attention.latents()
                ? "the " + latents.size() + " most concentrated of " + attention.latents()
                : "the most concentrated first";
        drawHeading(
                page,
                top,
                "Latents",
                which + "; below each how many cells it reads in effect; each has its own colours");
        Scene scene = scene(LATENT_COLUMNS);
        int width = tileWidth(LATENT_COLUMNS);
        int tileHeight = pictureHeight(LATENT_COLUMNS) + LATENT_WORDS;
        for (int i = 0; i < latents.size(); i++) {
            int latent = latents.get(i);
            int left = MARGIN + i % LATENT_COLUMNS * (width + GAP);
            int tileTop = top + HEADING_HEIGHT + i / LATENT_COLUMNS * tileHeight;
            page.draw(LatentPainter.heat(scene, image, image.map(latent)), left, tileTop);
            int line = tileTop + pictureHeight(LATENT_COLUMNS) + 22;
            String name = Integer.toString(latent + 1);
            text(page, name, left, line, TEXT_SIZE, true, SheetStyle.INK);
            int room = width - lettering.width(name, TEXT_SIZE, true) - 10;
            String remark = lettering.fitted(number(latent) + " cells", SMALL_SIZE, false, room);
            int remarkLeft = left + width - lettering.width(remark, SMALL_SIZE, false);
            text(page, remark, remarkLeft, line, SMALL_SIZE, false, SheetStyle.FAINT_INK);
        }
    }

    private String number(int latent) {
        double rows = attention.effectiveRows(latent);
        return String.format(Locale.ROOT, rows < 99.95 ? "%.1f" : "%.0f", rows);
    }

    private void text(Canvas page, String text, int left, int baseline, int size, boolean bold, int rgb) {
        lettering.draw(page, text, left, baseline, size, bold, rgb);
    }
}
