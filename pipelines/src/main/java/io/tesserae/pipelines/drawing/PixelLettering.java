package io.tesserae.pipelines.drawing;

/**
 * Letters of five by seven squares, for machines without fonts. Printable ASCII and the few other signs that captions have;
 * for anything else a question mark.
 */
public final class PixelLettering implements Lettering {

    private static final int COLUMNS = 5;
    private static final int ROWS = 8; // the seventh ends on the baseline, the eighth is for tails
    private static final int ASCENT = 7;
    private static final char FIRST = ' ';

    /** From the space on, a letter after the other: five columns as two hexadecimal digits, the lowest bit on top. */
    private static final String LETTERS = ("""
            0000000000 00005F0000 0007000700 147F147F14 242A7F2A12 2313086462 3649552250 0005030000
            001C224100 0041221C00 14083E0814 08083E0808 0050300000 0808080808 0060600000 2010080402
            3E5149453E 00427F4000 4261514946 2141454B31 1814127F10 2745454539 3C4A494930 0171090503
            3649494936 064949291E 0036360000 0056360000 0814224100 1414141414 0041221408 0201510906
            324979413E 7E1111117E 7F49494936 3E41414122 7F4141221C 7F49494941 7F09090901 3E4149497A
            7F0808087F 00417F4100 2040413F01 7F08142241 7F40404040 7F020C027F 7F0408107F 3E4141413E
            7F09090906 3E4151215E 7F09192946 4649494931 01017F0101 3F4040403F 1F2040201F 3F4038403F
            6314081463 0708700807 6151494543 007F414100 0204081020 0041417F00 0402010204 4040404040
            0001020400 2054545478 7F48444438 3844444420 384444487F 3854545418 087E090102 0C5252523E
            7F08040478 00447D4000 2040443D00 7F10284400 00417F4000 7C04180478 7C08040478 3844444438
            7C14141408 081414187C 7C08040408 4854545420 043F444020 3C4040207C 1C2040201C 3C4030403C
            4428102844 0C5050503C 4464544C44 0008364100 00007F0000 0041360800 1008081008
            """).replaceAll("\\s", "");

    @Override
    public int width(String text, int size, boolean bold) {
        return text.codePointCount(0, text.length()) * (COLUMNS + 1) * square(size);
    }

    @Override
    public void draw(Canvas canvas, String text, int left, int baseline, int size, boolean bold, int rgb) {
        int square = square(size);
        int x = left;
        for (int codePoint : text.codePoints().toArray()) {
            for (int column = 0; column < COLUMNS; column++) {
                int bits = column(codePoint, column);
                for (int row = 0; row < ROWS; row++) {
                    if ((bits >> row & 1) == 1) {
                        int thickness = bold ? square + Math.max(1, square / 2) : square;
                        canvas.fill(x + column * square, baseline + (row - ASCENT) * square, thickness, square, rgb);
                    }
                }
            }
            x += (COLUMNS + 1) * square;
        }
    }

    /** Capitals are about as high as those of a font of that size. */
    private static int square(int size) {
        return Math.max(1, (int) Math.round(size * 0.73 / ASCENT));
    }

    private static int column(int codePoint, int column) {
        int known = switch (codePoint) {
            case '–', '—' -> '-';
            case '×' -> 'x';
            case '·', '•' -> '.';
            case '’' -> '\'';
            case '“', '”' -> '"';
            default -> codePoint;
        };
        if (known == '…') {
            return column % 2 == 0 ? 1 << ASCENT - 1 : 0;
        }
        int letter = known - FIRST;
        if (letter < 0 || letter >= LETTERS.length() / (2 * COLUMNS)) {
            letter = '?' - FIRST;
        }
        int digits = (letter * COLUMNS + column) * 2;
        return Integer.parseInt(LETTERS, digits, digits + 2, 16);
    }
}
