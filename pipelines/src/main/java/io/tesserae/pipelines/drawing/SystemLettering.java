package io.tesserae.pipelines.drawing;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;

/** The machine's sans serif, drawn by Java. */
public final class SystemLettering implements Lettering {

    private static final FontRenderContext SMOOTH = new FontRenderContext(null, true, true);

    /** Whether this machine has it. Which exception or error tells differs from one Java and one system to the next. */
    static boolean works() {
        try {
            new SystemLettering().draw(new Canvas(8, 8), "a", 0, 8, 8, false, 0);
            return true;
        } catch (RuntimeException | LinkageError | InternalError | java.awt.AWTError e) {
            return false;
        }
    }

    @Override
    public int width(String text, int size, boolean bold) {
        return text.isEmpty()
                ? 0
                : (int) Math.ceil(font(size, bold).getStringBounds(text, SMOOTH).getWidth());
    }

    @Override
    public void draw(Canvas canvas, String text, int left, int baseline, int size, boolean bold, int rgb) {
        // Letters may reach out of their box: a margin all round.
        int margin = size;
        BufferedImage letters =
                new BufferedImage(width(text, size, bold) + 2 * margin, 2 * size + margin, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = letters.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        graphics.setColor(Color.BLACK);
        graphics.setFont(font(size, bold));
        graphics.drawString(text, margin, 2 * size);
        graphics.dispose();
        for (int y = 0; y < letters.getHeight(); y++) {
            for (int x = 0; x < letters.getWidth(); x++) {
                double coverage = (letters.getRGB(x, y) >>> 24) / 255.0;
                canvas.blend(left + x - margin, baseline + y - 2 * size, rgb, coverage);
            }
        }
    }

    private static Font font(int size, boolean bold) {
        return new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, size);
    }
}
