package io.tesserae.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** What keeps the sources readable, over all modules: short methods, short argument lists, small packages. */
class HouseRulesTest {

    private static final Path PROJECT = Path.of("..");

    /** A method fits on a screen. */
    private static final int MOST_LINES = 60;

    /** More arguments than these want a record. */
    private static final int MOST_ARGUMENTS = 7;

    /** A larger package wants cutting, or its {@code package-info} says why not. */
    private static final int MOST_FILES = 30;

    /** What a package-info says that is larger all the same. */
    private static final String REASON = "One package, since";

    /** Kernels are exempt: their loops are long, and a record of arguments would be an object per call. */
    private static final List<String> KERNELS =
            List.of("io/tesserae/kernel/", "io/tesserae/training/kernel/", "io/tesserae/benchmarks/steps/");

    private static final Rule LINES = (unit, positions, method) -> {
        LineMap lines = unit.getLineMap();
        long first = lines.getLineNumber(positions.getStartPosition(unit, method));
        long last = lines.getLineNumber(positions.getEndPosition(unit, method));
        return last - first + 1 > MOST_LINES ? (last - first + 1) + " lines" : "";
    };

    private static final Rule ARGUMENTS =
            (_, _, method) -> method.getParameters().size() > MOST_ARGUMENTS
                    ? method.getParameters().size() + " arguments"
                    : "";

    @Test
    void noMethodIsLongerThanAScreen() throws IOException {
        assertEquals(List.of(), violations(LINES));
    }

    @Test
    void noArgumentListIsLong() throws IOException {
        assertEquals(List.of(), violations(ARGUMENTS));
    }

    @Test
    void noPackageIsLarge() throws IOException {
        Map<String, Integer> files = new TreeMap<>();
        for (Path source : sources()) {
            files.merge(PROJECT.relativize(source.getParent()).toString(), 1, Integer::sum);
        }
        assertTrue(files.size() > 10, "the sources were not found: " + files.keySet());
        List<String> large = new ArrayList<>();
        for (Map.Entry<String, Integer> entry : files.entrySet()) {
            Path info = PROJECT.resolve(entry.getKey()).resolve("package-info.java");
            if (entry.getValue() > MOST_FILES
                    && !(Files.exists(info) && Files.readString(info).contains(REASON))) {
                large.add(entry.getKey() + ": " + entry.getValue() + " files, and no package-info that says \"" + REASON
                        + " …\"");
            }
        }
        assertEquals(List.of(), large);
    }

    /** What is wrong with a method; empty if nothing is. */
    @FunctionalInterface
    private interface Rule {
        String complaint(CompilationUnitTree unit, SourcePositions positions, MethodTree method);
    }

    /** The rules can fail. */
    @Test
    void whatIsTooLongIsSeen() throws IOException {
        String body = "int i = 0;\n".repeat(MOST_LINES);
        String text = "class Long { void lines() {\n" + body
                + "}\n void arguments(int a, int b, int c, int d, int e, int f, int g, int h) {}"
                + " record Fields(int a, int b, int c, int d, int e, int f, int g, int h) { Fields {} } }";
        JavaFileObject source =
                new SimpleJavaFileObject(URI.create("memory:///Long.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return text;
                    }
                };
        assertEquals(List.of("Long.lines: 62 lines"), violations(LINES, List.of(source)));
        assertEquals(List.of("Long.arguments: 8 arguments"), violations(ARGUMENTS, List.of(source)));
    }

    private static List<String> violations(Rule rule) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<Path> sources = sources().stream()
                    .filter(source ->
                            KERNELS.stream().noneMatch(source.toString().replace('\\', '/')::contains))
                    .toList();
            assertTrue(sources.size() > 300, "the sources were not found");
            return violations(rule, files.getJavaFileObjectsFromPaths(sources));
        }
    }

    private static List<String> violations(Rule rule, Iterable<? extends JavaFileObject> sources) throws IOException {
        JavacTask task = (JavacTask) ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, List.of("--release", "25"), null, sources);
        SourcePositions positions = Trees.instance(task).getSourcePositions();
        List<String> violations = new ArrayList<>();
        for (CompilationUnitTree unit : task.parse()) {
            new Methods(unit, positions, rule, violations).scan(unit, null);
        }
        return violations;
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        try (Stream<Path> modules = Files.list(PROJECT)) {
            for (Path module : modules.sorted().toList()) {
                Path main = module.resolve("src/main/java");
                if (Files.isDirectory(main)) {
                    try (Stream<Path> files = Files.walk(main)) {
                        files.filter(file -> file.toString().endsWith(".java") && !file.endsWith("module-info.java"))
                                .sorted()
                                .forEach(sources::add);
                    }
                }
            }
        }
        return sources;
    }

    /** Visits every method and every record's compact constructor; a record's components are no argument list, they are named where they are read. */
    private static final class Methods extends TreeScanner<Void, Void> {

        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final Rule rule;
        private final List<String> violations;
        private ClassTree type;

        Methods(CompilationUnitTree unit, SourcePositions positions, Rule rule, List<String> violations) {
            this.unit = unit;
            this.positions = positions;
            this.rule = rule;
            this.violations = violations;
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            ClassTree outer = this.type;
            this.type = type;
            super.visitClass(type, nothing);
            this.type = outer;
            return null;
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            boolean takesComponents = type.getKind() == Tree.Kind.RECORD
                    && method.getName().contentEquals("<init>")
                    && method.getParameters().size() == components(type);
            if (!takesComponents) {
                String complaint = rule.complaint(unit, positions, method);
                if (!complaint.isEmpty()) {
                    violations.add(type.getSimpleName() + "." + method.getName() + ": " + complaint);
                }
            }
            return super.visitMethod(method, nothing);
        }

        private static long components(ClassTree record) {
            return record.getMembers().stream()
                    .filter(member -> member instanceof VariableTree variable
                            && !variable.getModifiers().getFlags().contains(javax.lang.model.element.Modifier.STATIC))
                    .count();
        }
    }
}
