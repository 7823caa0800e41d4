package io.tesserae.pipelines.attention;

import io.tesserae.pipelines.drawing.Canvas;
import io.tesserae.pipelines.drawing.ColourMap;
import io.tesserae.pipelines.drawing.HeatPainter;
import io.tesserae.pipelines.drawing.HeatRange;
import io.tesserae.pipelines.drawing.Lettering;
import io.tesserae.pipelines.drawing.Scene;
import io.tesserae.pipelines.drawing.SheetStyle;
import java.util.ArrayList;
import java.util.List;

/** All drawings of one picture on a page: what the model saw, the maps, the heads, their masks. */
final class ContactSheet {

    private static final int WIDTH = 1600;
    private static final int MARGIN = 64;
    private static final int GAP = 28;

    private static final int TITLE_SIZE = 38;
    private static final int HEADING_SIZE = 23;
    private static final int TEXT_SIZE = 18;
    private static final int SMALL_SIZE = 15;

    private final ImageAttention attention;
    private final MapsOfLayer maps;
    private final Lettering lettering;

    ContactSheet(ImageAttention attention, MapsOfLayer maps, Lettering lettering) {
        this.attention = attention;
        this.maps = maps;
        this.lettering = lettering;
    }

    /** A picture with its words, without its place yet. The range is that of its colours; none where it is no heat. */
    private record Tile(Scene scene, Canvas drawing, String caption, String remark, HeatRange range) {}

    /** A heading, and rows of this many tiles. */
    private record Section(String heading, String explanation, int columns, List<Tile> tiles) {

        int tileWidth() {
            return (WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns;
        }
    }

    Canvas draw(String title, String model) {
        List<Section> sections = List.of(overview(), heads(), masks());
        int header = MARGIN + 96;
        int height = header + MARGIN;
        for (Section section : sections) {
            height += heightOf(section);
        }
        Canvas page = new Canvas(WIDTH, height);
        page.fill(0, 0, WIDTH, height, SheetStyle.PAPER);
        drawHeader(page, title, model);
        int top = header;
        for (Section section : sections) {
            drawSection(page, section, top);
            top += heightOf(section);
        }
        return page;
    }

    private void drawHeader(Canvas page, String title, String model) {
        int most = WIDTH - 2 * MARGIN;
        String line = "attention of the class token · layer " + (maps.layer() + 1) + " of "
                + attention.layers().size() + " · " + SheetStyle.counted(attention.heads(), "head") + " · "
                + attention.gridRows() + " × " + attention.gridColumns() + " patches";
        text(
                page,
                lettering.fitted(title, TITLE_SIZE, true, most),
                MARGIN,
                MARGIN + 30,
                TITLE_SIZE,
                true,
                SheetStyle.INK);
        String subtitle = model.isEmpty() ? line : model + " · " + line;
        text(
                page,
                lettering.fitted(subtitle, TEXT_SIZE, false, most),
                MARGIN,
                MARGIN + 66,
                TEXT_SIZE,
                false,
                SheetStyle.FAINT_INK);
    }

    private Section overview() {
        List<Tile> tiles = new ArrayList<>();
        int columns = 4;
        Scene scene = sceneFor(columns);
        boolean whole = maps.seesAll();
        String seen = whole ? "the model sees all of it" : "bright: what the model sees";
        tiles.add(new Tile(scene, HeatPainter.picture(scene), "Picture", seen, null));
        tiles.add(heat(scene, maps.mean(), "Mean of heads"));
        tiles.add(heat(scene, maps.rollout(), "Rollout"));
        tiles.add(new Tile(
                scene, Painter.agreement(scene, maps.agreement()), "Agreement", "lit by masks that keep it", null));
        return new Section("Overview", "rollout is through all layers, the others are this layer's", columns, tiles);
    }

    private Section heads() {
        int columns = columnsOfHeads();
        Scene scene = sceneFor(columns);
        List<Tile> tiles = new ArrayList<>();
        for (int head = 0; head < attention.heads(); head++) {
            tiles.add(heat(scene, maps.heads().get(head), "Head " + (head + 1)));
        }
        return new Section(
                "Heads",
                "colours run from a map's least value to its 99th percentile; the brightest stands for all above",
                columns,
                List.copyOf(tiles));
    }

    private Section masks() {
        int columns = columnsOfHeads();
        Scene scene = sceneFor(columns);
        int patches = attention.gridRows() * attention.gridColumns();
        List<Tile> tiles = new ArrayList<>();
        for (int head = 0; head < attention.heads(); head++) {
            PatchMask mask = maps.masks().get(head);
            String remark = mask.count() + " of " + SheetStyle.counted(patches, "patch");
            tiles.add(new Tile(scene, Painter.mask(scene, mask), "Head " + (head + 1), remark, null));
        }
        String share = SheetStyle.percent(maps.mass());
        return new Section("Masks", "the fewest patches that hold " + share + " of a head's attention", columns, tiles);
    }

    private Tile heat(Scene scene, Heatmap heatmap, String caption) {
        return new Tile(
                scene,
                Painter.heat(scene, heatmap),
                caption,
                SheetStyle.percent(heatmap.mass()) + " on patches",
                HeatRange.of(heatmap.values()));
    }

    /** Rows that come out even where they can. */
    private int columnsOfHeads() {
        int heads = attention.heads();
        if (heads > 16) {
            return 6;
        }
        return heads <= 3 || heads == 5 || heads == 6 || heads == 9 ? 3 : 4;
    }

    private Scene sceneFor(int columns) {
        int width = new Section("", "", columns, List.of()).tileWidth();
        return Scene.fitting(attention.picture(), attention.seen(), width, pictureHeight(columns));
    }

    /** As high as the picture wants in this width, but not higher than square and a bit: the page is one page. */
    private double pictureHeight(int columns) {
        int width = new Section("", "", columns, List.of()).tileWidth();
        return Math.min(width * 1.1, width / Scene.aspect(attention.picture(), attention.seen()));
    }

    private int tileHeight(Section section) {
        boolean bars = section.tiles().stream().anyMatch(tile -> tile.range() != null);
        return (int) Math.ceil(pictureHeight(section.columns())) + (bars ? 68 : 44);
    }

    private int heightOf(Section section) {
        int rows = Math.ceilDiv(section.tiles().size(), section.columns());
        return 56 + rows * tileHeight(section) + (rows - 1) * 20 + 40;
    }

    private void drawSection(Canvas page, Section section, int top) {
        page.fill(MARGIN, top, WIDTH - 2 * MARGIN, 1, SheetStyle.RULE);
        text(page, section.heading(), MARGIN, top + 36, HEADING_SIZE, true, SheetStyle.INK);
        int after = MARGIN + lettering.width(section.heading(), HEADING_SIZE, true) + 16;
        text(page, section.explanation(), after, top + 36, TEXT_SIZE, false, SheetStyle.FAINT_INK);
        for (int i = 0; i < section.tiles().size(); i++) {
            int left = MARGIN + i % section.columns() * (section.tileWidth() + GAP);
            int tileTop = top + 56 + i / section.columns() * (tileHeight(section) + 20);
            drawTile(page, section, section.tiles().get(i), left, tileTop);
        }
    }

    private void drawTile(Canvas page, Section section, Tile tile, int left, int top) {
        int width = section.tileWidth();
        page.draw(tile.drawing(), left, top);
        int line = top + (int) Math.ceil(pictureHeight(section.columns())) + 25;
        text(page, tile.caption(), left, line, TEXT_SIZE, true, SheetStyle.INK);
        int captionEnd = lettering.width(tile.caption(), TEXT_SIZE, true) + 12;
        String remark = lettering.fitted(tile.remark(), SMALL_SIZE, false, width - captionEnd);
        int right = left + width - lettering.width(remark, SMALL_SIZE, false);
        text(page, remark, right, line, SMALL_SIZE, false, SheetStyle.FAINT_INK);
        if (tile.range() != null) {
            drawColourBar(page, tile.range(), left, line + 13, width);
        }
    }

    /** The least, the colours, and what the last of them stands for. */
    private void drawColourBar(Canvas page, HeatRange range, int left, int top, int width) {
        String least = SheetStyle.percent(range.least());
        String bright = SheetStyle.percent(range.bright());
        String most = SheetStyle.percent(range.most());
        if (!bright.equals(most)) {
            most = bright.replace(" %", "") + "–" + most;
        }
        text(page, least, left, top + 12, SMALL_SIZE, false, SheetStyle.FAINT_INK);
        int mostWidth = lettering.width(most, SMALL_SIZE, false);
        text(page, most, left + width - mostWidth, top + 12, SMALL_SIZE, false, SheetStyle.FAINT_INK);
        int barLeft = left + lettering.width(least, SMALL_SIZE, false) + 10;
        int barWidth = width - mostWidth - 10 - (barLeft - left);
        for (int x = 0; x < barWidth; x++) {
            page.fill(barLeft + x, top + 1, 1, 10, ColourMap.rgb((x + 0.5) / barWidth));
        }
    }

    private void text(Canvas page, String text, int left, int baseline, int size, boolean bold, int rgb) {
        lettering.draw(page, text, left, baseline, size, bold, rgb);
    }
}
