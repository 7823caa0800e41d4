package io.tesserae.pipelines.attention;

import io.tesserae.pipelines.drawing.Canvas;
import io.tesserae.pipelines.drawing.ColourMap;
import io.tesserae.pipelines.drawing.HeatPainter;
import io.tesserae.pipelines.drawing.Lettering;
import io.tesserae.pipelines.drawing.Scene;
import io.tesserae.pipelines.drawing.SheetStyle;
import java.util.List;
import java.util.OptionalInt;

/** A sentence on a page: the picture, then one tile a word with the heat of that word over the picture. */
final class CaptionSheet {

    static final int WIDTH = 1600;
    private static final int MARGIN = 64;
    private static final int GAP = 28;
    private static final int MOST = WIDTH - 2 * MARGIN;

    private static final int TITLE_SIZE = 38;
    private static final int TITLE_LINE = 48;
    private static final int MOST_TITLE_LINES = 4;
    private static final int WORD_SIZE = 22;
    private static final int TEXT_SIZE = 18;
    private static final int SMALL_SIZE = 15;

    /** What stands below a tile: the word, and a line of numbers. */
    private static final int WORD_HEIGHT = 58;

    private static final int ROW_GAP = 22;
    private static final int LEGEND_HEIGHT = 92;

    /** A tile is never so much higher than it is wide: the picture is made narrower. */
    private static final double MOST_HEIGHT = 2;

    private static final int LEAST_COLUMNS = 2;
    private static final int MOST_COLUMNS = 8;

    /** Width by height that a sheet would like to have: it is looked at on screens. */
    private static final double BEST_SHAPE = 1.5;

    private final CaptionAttention attention;
    private final OptionalInt layer;
    private final Lettering lettering;
    private final double aspect;
    private final int columns;

    CaptionSheet(CaptionAttention attention, OptionalInt layer, Lettering lettering) {
        this.attention = attention;
        this.layer = layer;
        this.lettering = lettering;
        this.aspect = Scene.aspect(attention.grid().picture(), attention.grid().seen());
        this.columns = bestColumns();
    }

    Canvas draw(String picture, String model) {
        String caption = attention.caption().isBlank() ? "(an empty caption)" : attention.caption();
        List<String> title = lettering.wrapped(caption, TITLE_SIZE, true, MOST, MOST_TITLE_LINES);
        int top = MARGIN + title.size() * TITLE_LINE + 50;
        int legendTop = top + gridHeight(columns) + 30;
        Canvas page = new Canvas(WIDTH, legendTop + LEGEND_HEIGHT + MARGIN / 2);
        page.fill(0, 0, page.width, page.height, SheetStyle.PAPER);
        drawHeader(page, title, picture, model);
        Scene scene = Scene.fitting(
                attention.grid().picture(), attention.grid().seen(), tileWidth(columns), pictureHeight(columns));
        drawTile(page, 0, top, HeatPainter.picture(scene), "Picture", "as it is");
        for (int word = 0; word < attention.words().size(); word++) {
            Heatmap map = attention.words().get(word).map(layer);
            String numbers = "to " + SheetStyle.percent(map.max()) + " · " + SheetStyle.percent(map.mass()) + " in all";
            drawTile(
                    page,
                    word + 1,
                    top,
                    Painter.heat(scene, map),
                    attention.words().get(word).text(),
                    numbers);
        }
        drawLegend(page, legendTop);
        return page;
    }

    // --- How the tiles lie

    private int tiles() {
        return attention.words().size() + 1;
    }

    /** The number of columns that makes a page of a good shape, and leaves few places empty in the last row. */
    private int bestColumns() {
        int best = LEAST_COLUMNS;
        for (int candidate = LEAST_COLUMNS; candidate <= MOST_COLUMNS; candidate++) {
            if (badness(candidate) < badness(best)) {
                best = candidate;
            }
        }
        return best;
    }

    private double badness(int candidate) {
        int places = rows(candidate) * candidate;
        double shape = (double) WIDTH / (gridHeight(candidate) + 2 * MARGIN + TITLE_LINE + LEGEND_HEIGHT);
        double empty = (double) (places - tiles()) / places;
        return Math.abs(Math.log(shape / BEST_SHAPE)) + 1.5 * empty;
    }

    private int rows(int columnCount) {
        return Math.ceilDiv(tiles(), columnCount);
    }

    private static int tileWidth(int columnCount) {
        return (MOST - (columnCount - 1) * GAP) / columnCount;
    }

    private int pictureHeight(int columnCount) {
        int width = tileWidth(columnCount);
        return (int) Math.ceil(Math.min(width * MOST_HEIGHT, width / aspect));
    }

    private int gridHeight(int columnCount) {
        int rows = rows(columnCount);
        return rows * (pictureHeight(columnCount) + WORD_HEIGHT) + (rows - 1) * ROW_GAP;
    }

    // --- What is drawn

    private void drawHeader(Canvas page, List<String> title, String picture, String model) {
        int baseline = MARGIN + 30;
        for (String line : title) {
            text(page, line, MARGIN, baseline, TITLE_SIZE, true, SheetStyle.INK);
            baseline += TITLE_LINE;
        }
        String what = "which patch made which word · " + layerInWords() + " · "
                + attention.grid().rows() + " × " + attention.grid().columns() + " patches";
        for (String name : List.of(picture, model)) {
            what = name.isBlank() ? what : name + " · " + what;
        }
        String line = lettering.fitted(what, TEXT_SIZE, false, MOST);
        text(page, line, MARGIN, baseline - 8, TEXT_SIZE, false, SheetStyle.FAINT_INK);
    }

    private String layerInWords() {
        int layers = attention.layers();
        if (layer.isPresent() || layers < 2) {
            return "layer " + (layer.orElse(0) + 1) + " of " + Math.max(1, layers);
        }
        return "mean of " + SheetStyle.counted(layers, "layer");
    }

    private void drawTile(Canvas page, int index, int top, Canvas drawing, String word, String numbers) {
        int width = tileWidth(columns);
        int left = MARGIN + index % columns * (width + GAP);
        int tileTop = top + index / columns * (pictureHeight(columns) + WORD_HEIGHT + ROW_GAP);
        page.draw(drawing, left, tileTop);
        int line = tileTop + pictureHeight(columns) + 27;
        text(page, lettering.fitted(word, WORD_SIZE, true, width), left, line, WORD_SIZE, true, SheetStyle.INK);
        String fitted = lettering.fitted(numbers, SMALL_SIZE, false, width);
        text(page, fitted, left, line + 22, SMALL_SIZE, false, SheetStyle.FAINT_INK);
    }

    private void drawLegend(Canvas page, int top) {
        page.fill(MARGIN, top, MOST, 1, SheetStyle.RULE);
        int line = top + 36;
        String least = "a word's least";
        text(page, least, MARGIN, line, SMALL_SIZE, false, SheetStyle.FAINT_INK);
        int barLeft = MARGIN + lettering.width(least, SMALL_SIZE, false) + 12;
        int barWidth = 220;
        for (int x = 0; x < barWidth; x++) {
            page.fill(barLeft + x, line - 12, 1, 12, ColourMap.rgb((x + 0.5) / barWidth));
        }
        int after = barLeft + barWidth + 12;
        text(page, "its 99th percentile, and above", after, line, SMALL_SIZE, false, SheetStyle.FAINT_INK);
        String explanation =
                "Below a word: how much of its attention the brightest patch got, and all patches together;"
                        + " the rest went elsewhere. Each word has colours of its own.";
        String fitted = lettering.fitted(explanation, SMALL_SIZE, false, MOST);
        text(page, fitted, MARGIN, line + 26, SMALL_SIZE, false, SheetStyle.FAINT_INK);
    }

    private void text(Canvas page, String text, int left, int baseline, int size, boolean bold, int rgb) {
        lettering.draw(page, text, left, baseline, size, bold, rgb);
    }
}
