import io.tesserae.tokenizer.AddedToken;
import io.tesserae.tokenizer.BertTokenizer;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.Span;
import io.tesserae.tokenizer.Vocabulary;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The Java half of compare.py: encodes texts, one a line in hexadecimal UTF-16, and writes ids, offsets and word ids.
 *
 * <p>Arguments: vocab.txt, lower case, strip accents (or "null"), Chinese characters, split special tokens, a file of
 * added tokens, the texts, the result.
 */
void main(String[] arguments) throws IOException {
    List<AddedToken> added = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(arguments[5]))) {
        String[] fields = line.split(" ");
        String flags = fields[1];
        added.add(new AddedToken(
                text(fields[0]),
                flags.contains("w"),
                flags.contains("l"),
                flags.contains("r"),
                flags.contains("n"),
                flags.contains("s")));
    }
    BertTokenizer tokenizer = BertTokenizer.builder(Vocabulary.parse(Files.readString(Path.of(arguments[0]))))
            .doLowerCase(Boolean.parseBoolean(arguments[1]))
            .stripAccents(arguments[2].equals("null") ? null : Boolean.valueOf(arguments[2]))
            .tokenizeChineseChars(Boolean.parseBoolean(arguments[3]))
            .splitSpecialTokens(Boolean.parseBoolean(arguments[4]))
            .addedTokens(added)
            .build();
    long characters = 0;
    long nanoseconds = 0;
    try (BufferedWriter out = Files.newBufferedWriter(Path.of(arguments[7]))) {
        for (String line : Files.readAllLines(Path.of(arguments[6]))) {
            String text = text(line);
            long start = System.nanoTime();
            Encoding encoding = tokenizer.encode(text);
            nanoseconds += System.nanoTime() - start;
            characters += text.length();
            int[] ids = encoding.inputIds();
            int[] words = encoding.wordIds();
            List<Span> spans = encoding.offsets();
            StringBuilder result = new StringBuilder();
            for (int i = 0; i < ids.length; i++) {
                result.append(ids[i]).append(',').append(spans.get(i).start()).append(',');
                result.append(spans.get(i).end()).append(',').append(words[i]).append(' ');
            }
            out.write(result.append('\n').toString());
        }
    }
    System.err.printf("%.1f million characters a second%n", characters * 1e3 / nanoseconds);
}

static String text(String hex) {
    return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_16BE);
}
