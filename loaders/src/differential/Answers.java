import io.tesserae.loaders.AutoTokenizer;
import io.tesserae.loaders.AutoTokenizer.Reading;
import io.tesserae.loaders.files.ModelFiles;
import io.tesserae.tokenizer.Encoding;
import io.tesserae.tokenizer.EncodingOptions;
import io.tesserae.tokenizer.Span;
import io.tesserae.tokenizer.Tokenizer;
import io.tesserae.tokenizer.TruncationStrategy;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

// Encodes texts with the tokenizers of checkpoints: arguments READING CASES, and then FOLDER ANSWERS as often as wanted. A case is a
// line: a text, its pair or nothing, the length to truncate to or nothing, with tabs between. An answer is the line that compare.py has, and the two texts that the ids become.

void main(String[] arguments) throws IOException {
    Reading reading = Reading.valueOf(arguments[0]);
    for (int i = 2; i < arguments.length; i += 2) {
        Tokenizer tokenizer = AutoTokenizer.fromPretrained(ModelFiles.directory(Path.of(arguments[i])), reading);
        long begin = System.nanoTime();
        long count = 0;
        try (BufferedReader cases = Files.newBufferedReader(Path.of(arguments[1]));
                BufferedWriter answers = Files.newBufferedWriter(Path.of(arguments[i + 1]))) {
            StringBuilder answer = new StringBuilder();
            for (String line = cases.readLine(); line != null; line = cases.readLine()) {
                String[] fields = line.split("\t", -1);
                answer.setLength(0);
                Encoding encoding = encode(tokenizer, plain(fields[0]), plain(fields[1]), fields[2]);
                describe(encoding, answer);
                for (boolean skips : new boolean[] {false, true}) {
                    answer.append('\t').append(escaped(tokenizer.decode(encoding.inputIds(), skips)));
                }
                answers.append(answer.append('\n'));
                count++;
            }
        }
        System.err.printf("%s: %d cases in %.1f s%n", arguments[i], count, (System.nanoTime() - begin) / 1e9);
    }
}

static Encoding encode(Tokenizer tokenizer, String text, String pair, String length) {
    EncodingOptions options = EncodingOptions.DEFAULT;
    if (!length.isEmpty()) {
        options = options.withTruncation(TruncationStrategy.LONGEST_FIRST).withMaxLength(Integer.parseInt(length));
    }
    return tokenizer.encode(text, pair.isEmpty() ? null : pair, options);
}

/** The other way round than {@link #plain}. */
static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
}

/** What stands for a backslash, a tab and the ends of lines becomes these. */
static String plain(String field) {
    if (field.indexOf('\\') < 0) {
        return field;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
        char c = field.charAt(i);
        text.append(c != '\\' ? c : switch (field.charAt(++i)) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            default -> '\\';
        });
    }
    return text.toString();
}

static void describe(Encoding encoding, StringBuilder answer) {
    numbers(encoding.inputIds(), false, answer);
    numbers(encoding.tokenTypeIds(), false, answer);
    numbers(encoding.specialTokensMask(), false, answer);
    List<Span> spans = encoding.offsets();
    answer.append('[');
    for (int i = 0; i < spans.size(); i++) {
        answer.append(i == 0 ? "(" : ", (").append(spans.get(i).start()).append(", ").append(spans.get(i).end()).append(')');
    }
    answer.append(']');
    numbers(encoding.wordIds(), true, answer);
    numbers(encoding.sequenceIds(), true, answer);
}

/** As Python shows a list; what is less than zero is none. */
static void numbers(int[] values, boolean withNone, StringBuilder answer) {
    answer.append('[');
    for (int i = 0; i < values.length; i++) {
        answer.append(i == 0 ? "" : ", ");
        if (withNone && values[i] < 0) {
            answer.append("None");
        } else {
            answer.append(values[i]);
        }
    }
    answer.append(']');
}
