package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tesserae.documents.Page;
import io.tesserae.loaders.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every command of every page is run, and prints what stands below it. */
class DocumentedCommandsTest {

    private static final String PROMPT = "$ ";
    private static final String PROGRAM = "./tesserae ";

    private static final Path PUBLISHED_PICTURES = Path.of("..", "..", "shared", "real", "deit-tiny");

    /** What pages call a folder that is the reader's own. */
    private static final Map<String, Path> PLACEHOLDERS = Map.of(
            "DIR",
            PUBLISHED_PICTURES,
            "S",
            Path.of("..", "cli", "src", "main", "resources", "io", "tesserae", "cli", "models", "sentiment"));

    /** Files and folders that commands write, or that others wrote before. */
    private static final Set<String> WORKING_FILES = Set.of(
            "lines.txt",
            "examples.json",
            "in.safetensors",
            "out.safetensors",
            "prompt.safetensors",
            "written.safetensors",
            "train.tsv",
            "hotel-model",
            "maps");

    private static final String NETWORK = "asks the hub";
    private static final String TIMING = "prints times";
    private static final String BUILD = "builds, or measures for minutes";

    /** Commands that no test can repeat, by how they begin, and why. Whether their options exist is tested all the same. */
    private static final Map<String, String> NOT_REPLAYED = notReplayed();

    private static final String SERVER = "is a server, or asks one";

    private static Map<String, String> notReplayed() {
        Map<String, String> commands = new LinkedHashMap<>();
        commands.put("./tesserae run sentiment-analysis --model distilbert/", NETWORK);
        commands.put("./tesserae run optical-flow --model deepmind/", NETWORK);
        commands.put("./tesserae run fill-mask --model deepmind/", NETWORK);
        commands.put("./tesserae run attention-map --model deepmind/", NETWORK);
        commands.put("./tesserae run image-text-to-text --model HuggingFace", NETWORK);
        commands.put("./tesserae run text-generation --model TinyLlama/", NETWORK);
        commands.put("./tesserae train text-classification --model distilbert/", NETWORK);
        commands.put("./tesserae train image-classification --model facebook/", NETWORK);
        commands.put("./tesserae download ", NETWORK);
        commands.put("./tesserae cache ", "shows the reader's own cache");
        commands.put("./tesserae run agent ", "its returns change with the model");
        commands.put("./tesserae bench ", TIMING);
        commands.put("TESSERAE_JAVA_OPTIONS=-XX:G1HeapRegionSize=32m ./tesserae bench ", TIMING);
        commands.put("./tesserae train text-classification --model cli/", BUILD);
        commands.put("fuzz/run", BUILD);
        commands.put("mvn ", BUILD);
        commands.put("TESSERAE_MINILM=/some/folder mvn ", BUILD);
        commands.put("java ", BUILD);
        commands.put("TOKENIZERS_PARALLELISM=false java ", BUILD);
        commands.put("benchmarks/run-all.sh ", BUILD);
        commands.put("python ", "needs Python");
        commands.put("cut ", "needs data that are not here");
        commands.put("curl ", SERVER);
        commands.put("tesserae serve ", SERVER);
        commands.put("TESSERAE_API_KEY=... tesserae serve ", SERVER);
        return commands;
    }

    /** How a line of a block without prompts begins if it is a command: a program, perhaps with variables before it. */
    private static final Pattern BARE_COMMAND = Pattern.compile(
            "([A-Z_]+=\\S+ )*(mvn|java|python|cut|docker|unzip|jlink|\\./tesserae|tesserae|bin/tesserae|[a-z]+/[\\w-]+(\\.sh)?)( .*)?");

    /** A class of ours in a command: by its whole name, or a test or benchmark by its own. */
    private static final Pattern TYPE =
            Pattern.compile("(?:-Dtest=)?(io\\.tesserae\\.[\\w.]*[A-Z]\\w+|[A-Z]\\w+(?:Test|Benchmark))\\b.*");

    @TempDir
    private static Path folder;

    /** A command and the lines below it. */
    private record Example(Page.Block block, int line, String command, List<String> expected) {

        String where() {
            return block.page().name() + ":" + line;
        }

        boolean isReplayed() {
            return reason() == null;
        }

        String reason() {
            return NOT_REPLAYED.keySet().stream()
                    .filter(command::startsWith)
                    .findFirst()
                    .map(NOT_REPLAYED::get)
                    .orElse(null);
        }
    }

    @TestFactory
    Stream<DynamicTest> everyCommandPrintsWhatThePageSays() {
        return examples().stream()
                .filter(Example::isReplayed)
                .map(example ->
                        DynamicTest.dynamicTest(example.where() + " " + example.command(), () -> replay(example)));
    }

    @Test
    void whatIsNotReplayedHasOptionsAndFilesThatExist() {
        List<String> wrong = new ArrayList<>();
        Set<String> sourceFiles = sourceFiles();
        for (Example example : examples()) {
            if (!example.isReplayed()) {
                String place = example.where() + ": " + example.command() + "\n    ";
                int program = (example.command() + " ").indexOf(PROGRAM);
                if (program >= 0) {
                    try {
                        Main.commandLine().parseArgs(arguments(example.command().substring(program)));
                    } catch (picocli.CommandLine.ParameterException e) {
                        wrong.add(place + e.getMessage());
                    }
                }
                for (String word : words(example.command())) {
                    missing(word, sourceFiles).forEach(file -> wrong.add(place + "there is no " + file));
                }
            }
        }
        assertEquals("", String.join("\n", wrong), "commands that cannot work");
    }

    @Test
    void theListOfWhatIsNotReplayedIsNeeded() {
        Set<String> needed = new TreeSet<>();
        for (Example example : examples()) {
            NOT_REPLAYED.keySet().stream().filter(example.command()::startsWith).forEach(needed::add);
        }
        assertEquals(new TreeSet<>(NOT_REPLAYED.keySet()), needed, "commands that are on no page any more");
        assertTrue(examples().stream().filter(Example::isReplayed).count() > 25, "too few commands found");
    }

    /** Files of the checkout and classes that a word of a command names, and that are not there. */
    private static List<String> missing(String word, Set<String> sourceFiles) {
        List<String> missing = new ArrayList<>();
        Matcher file = Pattern.compile("(benchmarks|docs|examples|fuzz|testdata|cli)/[\\w./-]+")
                .matcher(word);
        if (file.matches() && !word.contains("/target/") && !Files.exists(Page.ROOT.resolve(word))) {
            missing.add(word);
        }
        Matcher type = TYPE.matcher(word);
        if (type.matches()) {
            String name = type.group(1).substring(type.group(1).lastIndexOf('.') + 1);
            if (!sourceFiles.contains(name + ".java")) {
                missing.add("class " + name);
            }
        }
        return missing;
    }

    private static Set<String> sourceFiles() {
        try (Stream<Path> files = Files.find(
                Page.ROOT,
                20,
                (path, attributes) ->
                        attributes.isRegularFile() && path.toString().endsWith(".java"))) {
            return new LinkedHashSet<>(
                    files.map(path -> path.getFileName().toString()).toList());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<Example> examples() {
        List<Example> examples = new ArrayList<>();
        for (Page page : Page.all()) {
            for (Page.Block block : page.blocks()) {
                if (block.language().isEmpty() || block.language().matches("sh|bash|shell|console")) {
                    boolean prompts = block.lines().stream().anyMatch(line -> line.startsWith(PROMPT));
                    examples.addAll(prompts ? examples(block) : bareCommands(block));
                }
            }
        }
        return examples;
    }

    /** Commands behind prompts: what stands between one and the next blank line or prompt is its output. */
    private static List<Example> examples(Page.Block block) {
        List<Example> examples = new ArrayList<>();
        List<String> lines = block.lines();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(PROMPT)) {
                int line = block.line() + i;
                StringBuilder command = new StringBuilder(lines.get(i).substring(PROMPT.length()));
                while (command.charAt(command.length() - 1) == '\\') {
                    command.setLength(command.length() - 1);
                    command.append(lines.get(++i).strip());
                }
                int end = i + 1;
                while (end < lines.size() && !lines.get(end).startsWith(PROMPT)) {
                    end++;
                }
                List<String> expected = new ArrayList<>(lines.subList(i + 1, end));
                while (!expected.isEmpty() && expected.getLast().isBlank()) {
                    expected.removeLast();
                }
                examples.add(new Example(block, line, withoutComment(command.toString()), expected));
            }
        }
        return examples;
    }

    /** Commands in blocks of their own: what they print, if the page shows it, stands in a block further down. */
    private static List<Example> bareCommands(Page.Block block) {
        List<Example> examples = new ArrayList<>();
        List<String> lines = block.lines();
        for (int i = 0; i < lines.size(); i++) {
            if (BARE_COMMAND.matcher(lines.get(i)).matches()) {
                int line = block.line() + i;
                StringBuilder command = new StringBuilder(lines.get(i));
                while (command.charAt(command.length() - 1) == '\\') {
                    command.setLength(command.length() - 1);
                    command.append(lines.get(++i).strip());
                }
                examples.add(new Example(block, line, withoutComment(command.toString()), null));
            }
        }
        return examples;
    }

    private static String withoutComment(String command) {
        return command.replaceFirst(" +# .*", "").strip();
    }

    private static void replay(Example example) throws IOException {
        Matcher written = Pattern.compile("printf '(.*)' > (\\S+)").matcher(example.command());
        if (written.matches()) {
            assertTrue(WORKING_FILES.contains(written.group(2)), example.where());
            String text = written.group(1).replace("\\n", "\n").replace("\\t", "\t");
            Files.writeString(folder.resolve(written.group(2)), text.replace("\"docs/", "\"" + Page.ROOT + "/docs/"));
            return;
        }
        assertTrue(
                example.command().startsWith(PROGRAM),
                () -> example.where() + ": neither can be replayed nor is on the list of what cannot: "
                        + example.command());
        List<String> arguments = new ArrayList<>();
        Map<String, String> names = new LinkedHashMap<>(); // as it stands in what the program prints: as on the page
        for (String argument : arguments(example.command())) {
            String real = real(argument);
            assumeTrue(
                    !real.equals(PUBLISHED_PICTURES.toString()) || Files.exists(PUBLISHED_PICTURES),
                    "the published DeiT-tiny is not here");
            arguments.add(real);
            if (!real.equals(argument)) {
                names.put(real, argument);
            }
        }
        if (arguments.contains(folder.resolve("in.safetensors").toString())) {
            writeFeed();
        }
        Run run = Run.of(arguments.toArray(String[]::new));
        String found = run.err() + run.out();
        for (Map.Entry<String, String> name : names.entrySet()) {
            found = found.replace(name.getKey(), name.getValue());
        }
        List<String> printed = found.lines().map(String::stripTrailing).toList();
        if (example.expected() == null) {
            assertEquals(0, run.exitCode(), () -> example.where() + ": " + example.command() + "\n" + run.err());
            assertIsBelow(example, printed);
            return;
        }
        boolean fails = example.expected().stream()
                .anyMatch(line -> line.startsWith("tesserae: ") && !line.startsWith("tesserae: warning: "));
        assertEquals(fails, run.exitCode() != 0, () -> example.where() + ": " + example.command() + "\n" + run.err());
        // A page may leave out what a command prints, but not a part of it.
        if (!example.expected().isEmpty()) {
            assertEquals(
                    String.join("\n", example.expected()),
                    String.join("\n", printed),
                    () -> example.where() + ": " + example.command());
        }
    }

    private static void assertIsBelow(Example example, List<String> printed) {
        List<String> blocks = example.block().page().blocks().stream()
                .filter(block -> block.line() > example.line())
                .map(Page.Block::text)
                .toList();
        assertTrue(
                blocks.stream().anyMatch(text -> text.contains(String.join("\n", printed))),
                () -> example.where() + ": " + example.command() + "\n  prints, and no block below has it:\n"
                        + String.join("\n", printed));
    }

    /** What {@code forward} is fed with: the eight tokens of the sentence that the pages have throughout. */
    private static void writeFeed() throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        writer.addLongs("input_ids", new long[] {2, 100, 874, 944, 446, 2093, 16, 3}, 1, 8);
        writer.write(folder.resolve("in.safetensors"));
    }

    private static String real(String argument) {
        if (PLACEHOLDERS.containsKey(argument)) {
            return PLACEHOLDERS.get(argument).toString();
        }
        if (WORKING_FILES.contains(argument)) {
            return folder.resolve(argument).toString();
        }
        boolean isFile = argument.contains("/")
                && !argument.startsWith(".")
                && !argument.contains(" ")
                && Files.exists(Page.ROOT.resolve(argument));
        return isFile ? Page.ROOT.resolve(argument).toString() : argument;
    }

    private static String[] arguments(String command) {
        List<String> words = words(command);
        return words.subList(1, words.size()).toArray(String[]::new);
    }

    /** As a shell splits them: quotation marks of both kinds, and nothing that it would replace. */
    private static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        Matcher word = Pattern.compile("(?:\"[^\"]*\"|'[^']*'|[^\\s\"'])+").matcher(command);
        while (word.find()) {
            words.add(word.group().replaceAll("\"([^\"]*)\"|'([^']*)'", "$1$2"));
        }
        return words;
    }
}
