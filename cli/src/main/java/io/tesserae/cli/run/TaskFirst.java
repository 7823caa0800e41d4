package io.tesserae.cli.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Lets options stand before the name of the task that they belong to, as in {@code tesserae run --model DIR ner TEXT}: to picocli they would
 * be options of {@code run}, which has none of them.
 */
public final class TaskFirst {

    private static final String END_OF_OPTIONS = "--";

    private TaskFirst() {}

    /** The same command with the task's name right behind {@code run}; as it is where it stands there, or is no run. */
    public static String[] order(String... arguments) {
        int run = 0;
        while (run < arguments.length && arguments[run].startsWith("-")) {
            run++;
        }
        boolean ordered = run + 1 >= arguments.length
                || !arguments[run].equals("run")
                || !arguments[run + 1].startsWith("-")
                || arguments[run + 1].equals("-");
        if (ordered) {
            return arguments;
        }
        List<String> before = Arrays.asList(arguments).subList(0, run + 1);
        List<String> behind = Arrays.asList(arguments).subList(run + 1, arguments.length);
        List<String> all = new ArrayList<>(before);
        all.addAll(order(behind));
        return all.toArray(String[]::new);
    }

    private static List<String> order(List<String> behind) {
        Collection<Map<String, OptionSpec>> tasks = RunCommand.options().values();
        List<String> others = new ArrayList<>(); // what no task has, or every command
        for (int i = 0; i < behind.size(); i++) {
            String word = behind.get(i);
            if (!word.startsWith("-") || word.equals(END_OF_OPTIONS)) {
                int name = word.equals(END_OF_OPTIONS) ? i + 1 : i;
                return name < behind.size() ? taskFirst(behind, name) : others;
            }
            OptionSpec option = option(word, tasks);
            if (option == null || option.usageHelp()) {
                others.add(word);
            } else if (option.arity().max() > 0 && word.indexOf('=') < 0) {
                i++; // its value
            }
        }
        return others;
    }

    private static List<String> taskFirst(List<String> behind, int name) {
        List<String> ordered = new ArrayList<>(behind);
        ordered.addFirst(ordered.remove(name));
        return ordered;
    }

    private static OptionSpec option(String word, Collection<Map<String, OptionSpec>> tasks) {
        String name = word.replaceFirst("=.*", "");
        for (Map<String, OptionSpec> options : tasks) {
            if (options.containsKey(name)) {
                return options.get(name);
            }
        }
        return null;
    }
}
