// What the page does in a browser: language, theme, search, and the lines of the box under the pointer.
import { watchDrawings } from "./drawings";
import { watchSearch } from "./search";
import { watchLanguage, watchTheme } from "./switches";

watchLanguage();
watchTheme();
watchSearch();
watchDrawings();
